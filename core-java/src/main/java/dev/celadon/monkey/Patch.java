package dev.celadon.monkey;

import dev.celadon.hub.Hub;
import dev.celadon.monkey.PatchedPart.Part;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * What {@link Monkey} has done, and the way back.
 *
 * <p>Safe for use from any thread.
 */
public final class Patch implements AutoCloseable {

  private final Hub hub;
  private final List<PatchedPart> parts;
  private final AtomicBoolean closed = new AtomicBoolean();

  Patch(Hub hub, List<PatchedPart> parts) {
    this.hub = hub;
    this.parts = parts;
  }

  /**
   * What was done, part by part, at the time of the call.
   *
   * @return one line of the report for each part that was asked for
   */
  public List<PatchedPart> parts() {
    return parts;
  }

  /**
   * Whether all that was asked for was done.
   *
   * @return false if a part was not patched; {@link #parts} says why
   */
  public boolean isComplete() {
    return parts.stream().allMatch(PatchedPart::patched);
  }

  /**
   * Takes the patch back: whoever waits in a call goes on waiting, and is served by the JDK. Leaves
   * alone what another open patch has asked for, too, what a later patch has moved to another hub,
   * and what the hub's end has taken back. Closing twice does nothing. Never switches.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      for (PatchedPart done : parts) {
        if (done.patched()) {
          takeBack(done.part());
        }
      }
    }
  }

  private void takeBack(Part part) {
    switch (part) {
      case SOCKETS -> Monkey.takeBackSockets(hub);
      case DNS -> Monkey.takeBackDns();
    }
  }

  @Override
  public String toString() {
    return parts.stream()
        .map(PatchedPart::toString)
        .collect(Collectors.joining("; ", "Patch[" + hub + ": ", "]"));
  }
}
