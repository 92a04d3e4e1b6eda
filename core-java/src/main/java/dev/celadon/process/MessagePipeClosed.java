package dev.celadon.process;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The other end of a message pipe is closed: nothing more comes, and nothing more is taken. */
public final class MessagePipeClosed extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable MessagePipe<?, ?> pipe;

  MessagePipeClosed(MessagePipe<?, ?> pipe, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.pipe = pipe;
  }

  /** Whether it tells of this pipe and no other. */
  boolean isOf(MessagePipe<?, ?> asked) {
    return pipe == asked;
  }
}
