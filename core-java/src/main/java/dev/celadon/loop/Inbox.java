package dev.celadon.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What other threads have handed to a loop, in the order in which they handed it over.
 *
 * <p>{@link #offer} is safe for use from any thread; the rest is confined to the loop's thread.
 */
final class Inbox {
  /*
   * Treiber's stack [1], emptied by one exchange: a producer pays one compare-and-set, the loop one exchange for however
   * much has come, and looking into an empty inbox is one read. The stack holds the newest first; draining turns it round. A
   * closed inbox has the CLOSED node on top for good, so that no task can slip in behind the last drain.
   *
   * [1] R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM RJ 5118 (1986)
   */
  private static final VarHandle HEAD;

  static {
    try {
      HEAD = MethodHandles.lookup().findVarHandle(Inbox.class, "head", Node.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final class Node {
    final Runnable task;
    @Nullable Node next;

    Node(Runnable task) {
      this.task = task;
    }
  }

  private static final Node CLOSED = new Node(() -> {});

  /** Written by any thread through HEAD. */
  private volatile @Nullable Node head;

  /** Adds a task; false if the inbox is closed. */
  boolean offer(Runnable task) {
    Node node = new Node(task);
    while (true) {
      Node top = head;
      if (top == CLOSED) {
        return false;
      }
      node.next = top;
      if (HEAD.compareAndSet(this, top, node)) {
        return true;
      }
    }
  }

  boolean isEmpty() {
    Node top = head;
    return top == null || top == CLOSED;
  }

  void drainTo(Consumer<Runnable> sink) {
    if (!isEmpty()) {
      deliver((Node) HEAD.getAndSet(this, (Node) null), sink);
    }
  }

  /** Hands out what is left and refuses everything from now on. */
  void close(Consumer<Runnable> sink) {
    Node top = (Node) HEAD.getAndSet(this, CLOSED);
    if (top != CLOSED) {
      deliver(top, sink);
    }
  }

  private static void deliver(@Nullable Node newest, Consumer<Runnable> sink) {
    Node oldest = null;
    while (newest != null) {
      Node next = newest.next;
      newest.next = oldest;
      oldest = newest;
      newest = next;
    }
    for (Node node = oldest; node != null; node = node.next) {
      sink.accept(node.task);
    }
  }
}
