package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.LaneTimer;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import zmq.Ctx;
import zmq.Mailbox;
import zmq.SocketBase;
import zmq.ZError;

/**
 * JeroMQ in its own threads, beside the hub.
 *
 * <p>Confined to its hub, but for what JeroMQ's threads call.
 */
final class ThreadEngine implements Engine {
  /*
   * With the hook, a command for a socket goes into its mailbox, and the hub is told if somebody waits; commands for JeroMQ's threads
   * go their usual way. Without it the hub watches the pipes of the sockets' mailboxes.
   *
   * Then a thread of JeroMQ that has begun to send a command has completed it when it waits in its selector again. So a bell that
   * rang in vain asks whether all threads wait. If not, it leaves `unsettled` behind, and the next thread that is about to wait posts to
   * the hub. Each side writes its own flag before it reads the other's, so one of them sees the other.
   *
   * Being woken by the other thread, just before that one sleeps, costs far less than a timer on a machine that has other things to do.
   * The timer here is for a thread that is at work for long.
   */
  /** A write into a pipe takes less, unless the writer has lost its processor. */
  private static final int MOST_SPINS = 1_000;

  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Hub hub;
  private final @Nullable CommandHook hook;
  private final Runnable sweep;
  private final Handshakes handshakes;
  private final ChannelWatches watches;

  /** By JeroMQ's numbers, for its threads. */
  private final AtomicReferenceArray<@Nullable ThreadMailbox> mailboxes;

  private final ConcurrentLinkedQueue<ThreadMailbox> ready = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean willServe = new AtomicBoolean();

  /** Somebody writes into the pipe of a thread. */
  private final AtomicBoolean isWriting = new AtomicBoolean();

  private final Runnable serve = this::serveLater;

  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  /** Those in which threads wait. */
  private final CopyOnWriteArrayList<ThreadSelector> selectors = new CopyOnWriteArrayList<>();

  private final Ctx ctx;
  private final List<Runnable> retries = new ArrayList<>();
  private final List<MailboxSelector> fresh = new ArrayList<>();

  /** JeroMQ makes a thread, then the selector for it. */
  private boolean madeThread;

  /** In {@link #createSocket}, which the first time makes the threads as well. */
  private boolean isCreating;

  private boolean isServing;
  private @Nullable LaneTimer timer;

  /** Written by the hub and by the thread that posts. */
  private volatile boolean unsettled;

  /**
   * Makes JeroMQ's context; its threads start with its first socket.
   *
   * @param hook null for JeroMQ as it is
   * @param sweep looks at the sockets for which somebody waits
   * @param handshakes are looked at whenever a thread is about to wait
   */
  ThreadEngine(
      Hub hub,
      @Nullable CommandHook hook,
      ContextOptions options,
      Runnable sweep,
      Handshakes handshakes) {
    this.hub = hub;
    this.hook = hook;
    this.sweep = sweep;
    this.handshakes = handshakes;
    this.watches = new ChannelWatches(hub.loop());
    this.mailboxes =
        new AtomicReferenceArray<>(ZmqContext.slots(options) + options.ioThreads() + 2);
    this.ctx =
        hook == null
            ? new PlainCtx(this::newSelector, this::closeSelector)
            : hook.newCtx(this::newSelector, this::closeSelector, this::send);
    ctx.setThreadFactory(this::newThread);
  }

  private Thread newThread(Runnable body, String name) {
    Thread thread =
        Thread.ofPlatform().daemon().name(hub.name() + " zeromq " + name).unstarted(body);
    thread.setUncaughtExceptionHandler(ctx.getUncaughtExceptionHandler());
    threads.add(thread);
    madeThread = true;
    return thread;
  }

  private Selector newSelector() {
    boolean waits = !isCreating || madeThread || threads.contains(Thread.currentThread());
    if (!waits) {
      MailboxSelector made = new MailboxSelector();
      fresh.add(made);
      return made;
    }
    madeThread = false;
    try {
      ThreadSelector selector = new ThreadSelector(this::threadWaits);
      selectors.add(selector);
      return selector;
    } catch (IOException e) {
      throw new ZError.IOException(e);
    }
  }

  private boolean closeSelector(Selector selector) {
    switch (selector) {
      case ThreadSelector ours -> selectors.remove(ours);
      case MailboxSelector ours when ours.owner() instanceof ThreadMailbox mailbox ->
          mailbox.gone();
      default -> {}
    }
    return PlainCtx.close(selector);
  }

  @Override
  public Ctx ctx() {
    return ctx;
  }

  @Override
  public SocketBase createSocket(int type) {
    isCreating = true;
    try {
      return ctx.createSocket(type);
    } finally {
      isCreating = false;
    }
  }

  @Override
  public Bell bell(SocketBase socket, Runnable onRing) {
    MailboxSelector selector = fresh.getLast();
    fresh.forEach(MailboxSelector::letGo);
    fresh.clear();
    CommandHook hooked = hook;
    if (hooked == null) {
      return new PipeBell(hub, watches, this::isSettled, socket.getFD(), onRing);
    }
    int number = socket.getTid();
    ThreadMailbox mailbox =
        new ThreadMailbox(this, number, hooked, hooked.mailbox(ctx, number), onRing);
    selector.belongsTo(mailbox);
    mailboxes.set(number, mailbox);
    return mailbox;
  }

  // --- Commands, with the hook

  /** JeroMQ's call, from any thread, instead of its own way to send a command. */
  private void send(Object command, int number) {
    ThreadMailbox mailbox = mailboxes.get(number);
    if (mailbox == null || !mailbox.isOpen()) {
      sendByPipe(command, number);
    } else {
      mailbox.add(command);
    }
  }

  /**
   * Several may write into a thread's pipe, which has a lock of the JDK. A greenlet that found it
   * taken would be parked there, amid an operation of JeroMQ, and another one would begin the next
   * operation of the same socket: messages would be lost, doubled, and out of order. So whoever
   * comes second spins for the moment that a write takes. JeroMQ's own threads leave the processor
   * if it takes longer, because the writer may be waiting for one.
   */
  private void sendByPipe(Object command, int number) {
    beginWriting();
    try {
      CommandHook.sendAsEver(ctx, command, number);
    } finally {
      isWriting.set(false);
    }
  }

  /** Writes the byte of a command that is in its mailbox already. */
  void signal(CommandHook by, Mailbox mailbox) {
    beginWriting();
    try {
      by.signal(mailbox);
    } finally {
      isWriting.set(false);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // a yield that does nothing only makes it slower
  private void beginWriting() {
    for (int spins = 0; !isWriting.compareAndSet(false, true); spins++) {
      if (spins < MOST_SPINS || Thread.currentThread().isVirtual()) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** A socket has commands and somebody who waits. Any thread; never switches. */
  void ready(ThreadMailbox mailbox) {
    ready.add(mailbox);
    if (willServe.compareAndSet(false, true)) {
      try {
        hub.runCallback(serve);
      } catch (HubClosedException e) {
        // Nobody is left who could wait.
        return;
      }
    }
  }

  private void serveLater() {
    willServe.set(false);
    serveReady();
  }

  private void serveReady() {
    if (isServing) {
      return;
    }
    isServing = true;
    try {
      for (ThreadMailbox next = ready.poll(); next != null; next = ready.poll()) {
        next.ring();
      }
    } finally {
      isServing = false;
    }
  }

  @Override
  public boolean usesPipes() {
    return hook == null;
  }

  @Override
  public void ring() {
    // The byte in the mailbox's pipe wakes JeroMQ's thread.
  }

  @Override
  public void look(boolean hasInproc) {
    if (hook != null) {
      if (!ready.isEmpty()) {
        serveReady();
      }
    } else if (hasInproc) {
      sweep.run();
    }
  }

  /** A mailbox is closed; its number may have a new owner already. Any thread. */
  void forget(ThreadMailbox mailbox) {
    boolean _ = mailboxes.compareAndSet(mailbox.number(), mailbox, null);
  }

  /** Whether a mailbox with this number is not forgotten, for tests. */
  boolean knows(int number) {
    return mailboxes.get(number) != null;
  }

  // --- Pipes, without the hook

  /** See {@link PipeBell}. */
  private boolean isSettled(Runnable retry) {
    unsettled = true; // before it asks whether they wait
    for (ThreadSelector selector : selectors) {
      if (!selector.isWaiting()) {
        retries.add(retry);
        if (timer == null) {
          timer = hub.runCallbackLater(LONGEST_PAUSE_NANOS, this::retry);
        }
        return false;
      }
    }
    return true;
  }

  /** A thread of JeroMQ is about to wait. */
  private void threadWaits(ThreadSelector selector) {
    handshakes.look(selector);
    if (unsettled) {
      unsettled = false;
      try {
        hub.runCallback(this::retry);
      } catch (HubClosedException e) {
        // Nobody is left who could have asked.
        return;
      }
    }
  }

  private void retry() {
    LaneTimer armed = timer;
    timer = null;
    if (armed != null) {
      armed.cancel();
    }
    List<Runnable> now = List.copyOf(retries);
    retries.clear();
    now.forEach(Runnable::run);
  }

  // --- The end

  @Override
  public void runBlocking(String name, Runnable task) {
    Thread.ofPlatform().daemon().name(hub.name() + " " + name).start(task);
  }

  @Override
  public void close() {
    retries.clear();
    ready.clear();
    watches.closeAll();
  }

  @Override
  public void abandon() {
    // Daemon threads end with the program.
  }
}
