package dev.celadon.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Objects;

/**
 * How messages of one type become bytes and come back.
 *
 * <p>Implementations are safe for use from any thread, and run in whoever sends or receives.
 *
 * @param <T> the type of the messages
 */
public interface Codec<T> {

  /**
   * Makes bytes of a message.
   *
   * @param message what is sent
   * @return its bytes, which are not changed any more
   * @throws IOException if it cannot be sent
   */
  byte[] encode(T message) throws IOException;

  /**
   * Makes a message of bytes.
   *
   * @param bytes what came, for the decoder alone
   * @return the message
   * @throws IOException if these bytes are no such message
   */
  T decode(byte[] bytes) throws IOException;

  /**
   * Messages that are bytes.
   *
   * @return the codec; it copies nothing, so a message that was sent must not be changed before the
   *     send returns
   */
  static Codec<byte[]> bytes() {
    return new Codec<>() {
      @Override
      public byte[] encode(byte[] message) {
        return message;
      }

      @Override
      public byte[] decode(byte[] bytes) {
        return bytes;
      }
    };
  }

  /**
   * Messages that are text, as UTF-8. Bytes that are no UTF-8 are refused.
   *
   * @return the codec
   */
  static Codec<String> text() {
    return new Codec<>() {
      @Override
      public byte[] encode(String message) {
        return message.getBytes(UTF_8);
      }

      @Override
      public String decode(byte[] bytes) throws CharacterCodingException {
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      }
    };
  }

  /**
   * Messages that are objects, by the JDK's serialization. What comes may consist of the message's
   * class and the allowed ones only, besides primitive types, their boxes, strings, enum bases and
   * arrays of all these; anything else is refused before it is made. A class that is allowed is
   * trusted: its {@code readObject} runs.
   *
   * @param type the class of the messages, which are not null
   * @param allowed the classes of their parts, such as {@code ArrayList}
   * @param <T> the type of the messages
   * @return the codec
   */
  static <T> Codec<T> serialized(Class<T> type, Class<?>... allowed) {
    return serialized(type, AllowedClasses.of(type, allowed));
  }

  /**
   * Messages that are objects, by the JDK's serialization, under a filter of one's own.
   *
   * @param type the class of the messages, which are not null
   * @param filter decides what may come; whatever it leaves undecided is refused
   * @param <T> the type of the messages
   * @return the codec
   */
  static <T> Codec<T> serialized(Class<T> type, ObjectInputFilter filter) {
    Objects.requireNonNull(type, "type");
    ObjectInputFilter strict =
        ObjectInputFilter.rejectUndecidedClass(Objects.requireNonNull(filter, "filter"));
    return new Codec<>() {
      @Override
      public byte[] encode(T message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
          out.writeObject(type.cast(Objects.requireNonNull(message, "message")));
        }
        return bytes.toByteArray();
      }

      @Override
      public T decode(byte[] bytes) throws IOException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
          in.setObjectInputFilter(
              info -> // each element takes a byte at least
              info.arrayLength() > bytes.length
                      ? ObjectInputFilter.Status.REJECTED
                      : strict.checkInput(info));
          Object message = in.readObject();
          if (!type.isInstance(message)) {
            throw new InvalidClassException(
                "a " + type.getName() + " was to come, but this came: " + describe(message));
          }
          return type.cast(message);
        } catch (ClassNotFoundException e) {
          throw new IOException("the message is of a class that is not here", e);
        }
      }
    };
  }

  private static String describe(Object message) {
    return message == null ? "null" : message.getClass().getName();
  }
}
