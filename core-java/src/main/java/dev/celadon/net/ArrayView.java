package dev.celadon.net;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Byte arrays as buffers, without a new one for each call: whoever reads into, or writes from, an
 * array usually takes the same one again.
 *
 * <p>Confined to its hub.
 */
final class ArrayView {

  private byte @Nullable [] lastArray;
  private @Nullable ByteBuffer last;

  ByteBuffer of(byte[] array, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, array.length);
    ByteBuffer view = last;
    if (view == null || lastArray != array) {
      view = ByteBuffer.wrap(array);
      last = view;
      lastArray = array;
    }
    return view.clear().position(offset).limit(offset + length);
  }
}
