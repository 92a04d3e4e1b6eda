package dev.celadon.examples.tutorial;

import dev.celadon.process.ChildMain;
import dev.celadon.process.Codec;
import dev.celadon.process.MessagePipe;
import java.io.IOException;

/** Runs in a JVM of its own: ten messages go back with their numbers. */
public final class Relay implements ChildMain<String, String> {

  /** For the parent and for the child. */
  public Relay() {}

  @Override
  public Codec<String> fromParent() {
    return Codec.text();
  }

  @Override
  public Codec<String> toParent() {
    return Codec.text();
  }

  @Override
  public void run(MessagePipe<String, String> parent) throws IOException {
    for (int i = 0; i < 10; i++) {
      String msg = parent.receive();
      parent.send(msg + " in " + i);
    }
  }
}
