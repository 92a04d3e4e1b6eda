package dev.celadon.zeromq;

import dev.celadon.hub.GreenletExit;
import org.jspecify.annotations.Nullable;
import zmq.poll.IPollEvents;

/**
 * Stands before the mailbox of an I/O thread of JeroMQ: an Error in one command does not end the
 * thread. The poller reports it, and goes on with the next command.
 *
 * <p>Confined to the thread of its poller.
 */
final class MailboxGuard implements IPollEvents {

  private final IPollEvents guarded;

  MailboxGuard(IPollEvents guarded) {
    this.guarded = guarded;
  }

  IPollEvents guarded() {
    return guarded;
  }

  @Override
  public void inEvent() {
    try {
      guarded.inEvent();
    } catch (GreenletExit e) {
      throw e; // the poller is a greenlet that is being killed
    } catch (Error e) {
      throw new IllegalStateException("a command of JeroMQ failed", e);
    }
  }

  @Override
  public void outEvent() {
    guarded.outEvent();
  }

  @Override
  public void connectEvent() {
    guarded.connectEvent();
  }

  @Override
  public void acceptEvent() {
    guarded.acceptEvent();
  }

  @Override
  public void timerEvent(int id) {
    guarded.timerEvent(id);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MailboxGuard that && guarded.equals(that.guarded);
  }

  @Override
  public int hashCode() {
    return guarded.hashCode(); // the handle stands in a hash table already
  }
}
