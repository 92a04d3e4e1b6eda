package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import zmq.Ctx;
import zmq.SocketBase;

/**
 * JeroMQ on the hub, without the pipes: a command goes straight into its mailbox, and whom it is
 * for is told at once.
 *
 * <p>Confined to its hub.
 */
final class HubEngine implements Engine {
  /*
   * Who gets a command     is told by
   * a worker               its selector, which reports the worker's mailbox as readable
   * a socket               its HubMailbox, if somebody waits for it: it joins the `ready` ones
   * a socket being reaped  the reaper's selector, which reports the socket
   * the greenlet that      the pipe, as ever: once in the life of a context
   * ends the context
   * a socket that JeroMQ   the pipe, as ever: it makes one for each inproc name that nobody has bound, in order to end
   * makes for itself
   *
   * A command comes in the middle of JeroMQ's code, so nothing happens then and there. The ready sockets are served before a worker
   * waits, after an operation on a socket, and, if it is neither of them that has sent the command, by a callback.
   */

  private static final int REAPER = 1;

  private final Hub hub;
  private final CommandHook hook;
  private final Handshakes handshakes;
  private final Workers workers;
  private final Ctx ctx;

  /** By JeroMQ's numbers. */
  private final List<@Nullable Deque<Object>> workerCommands = new ArrayList<>();

  /** By JeroMQ's numbers. */
  private final List<@Nullable HubMailbox> mailboxes = new ArrayList<>();

  private final ArrayDeque<HubMailbox> ready = new ArrayDeque<>();
  private final Runnable serve = this::serveLater;

  /** Of the newest mailbox. */
  private @Nullable MailboxSelector newest;

  /** In {@link #createSocket}, which the first time makes the workers as well. */
  private boolean isCreating;

  private boolean isServing;
  private boolean willServe;

  /** Makes JeroMQ's context; its workers start with its first socket. */
  HubEngine(Hub hub, CommandHook hook, Handshakes handshakes) {
    this.hub = hub;
    this.hook = hook;
    this.handshakes = handshakes;
    this.workers = new Workers(hub, this::workerWaits, true);
    this.ctx = hook.newCtx(this::newSelector, this::closeSelector, this::send);
    ctx.setThreadFactory(workers::newThread);
  }

  private Selector newSelector() {
    HubSelector known = workers.newSelector();
    if (known != null) {
      return known;
    }
    if (!isCreating) {
      return new HubSelector(workers, null); // of a mailbox of JeroMQ's own: it may wait there
    }
    newest = new MailboxSelector();
    return newest;
  }

  private boolean closeSelector(Selector selector) {
    if (selector instanceof MailboxSelector ours && ours.owner() instanceof HubMailbox mailbox) {
      mailbox.gone();
      mailboxes.set(mailbox.number(), null);
    }
    return PlainCtx.close(selector);
  }

  @Override
  public Ctx ctx() {
    return ctx;
  }

  @Override
  public SocketBase createSocket(int type) {
    SocketBase socket;
    isCreating = true;
    try {
      socket = ctx.createSocket(type);
    } finally {
      isCreating = false;
    }
    MailboxSelector selector = newest;
    if (selector == null) {
      throw new AssertionError("bug in Celadon, please report: a socket without a selector");
    }
    newest = null;
    int number = socket.getTid();
    zmq.Mailbox mailbox = hook.mailbox(ctx, number);
    selector.letGo();
    hook.closePipe(mailbox);
    HubMailbox ours =
        new HubMailbox(this, socket, hook.commands(mailbox), mailbox.getFd(), selector);
    selector.belongsTo(ours);
    put(mailboxes, number, ours);
    return socket;
  }

  /** The moment to look at the sockets. */
  private void workerWaits(HubSelector selector) {
    handshakes.look(selector);
    serveReady();
  }

  private static <T> void put(List<@Nullable T> list, int index, T element) {
    while (list.size() <= index) {
      list.add(null);
    }
    list.set(index, element);
  }

  @Override
  public Bell bell(SocketBase socket, Runnable onRing) {
    HubMailbox mailbox = mailboxes.get(socket.getTid());
    if (mailbox == null) {
      throw new AssertionError("bug in Celadon, please report: a socket without a mailbox");
    }
    mailbox.onRing(onRing);
    return mailbox;
  }

  /** JeroMQ's call, instead of its own way to send a command. */
  private void send(Object command, int number) {
    if (!hub.inHub()) {
      hub.runCallback(() -> send(command, number));
    } else if (workers.has(number)) {
      Deque<Object> commands = workerCommands(number);
      commands.addLast(command);
      workers.selector(number).sent(command, commands);
    } else {
      HubMailbox mailbox = number < mailboxes.size() ? mailboxes.get(number) : null;
      if (mailbox == null) {
        CommandHook.sendAsEver(ctx, command, number);
      } else {
        mailbox.add(command);
      }
    }
  }

  private Deque<Object> workerCommands(int number) {
    Deque<Object> known = number < workerCommands.size() ? workerCommands.get(number) : null;
    if (known == null) {
      known = hook.commands(hook.mailbox(ctx, number));
      put(workerCommands, number, known);
    }
    return known;
  }

  // --- What mailboxes call

  /** A socket has commands and somebody who waits. Never switches. */
  void ready(HubMailbox mailbox) {
    ready.add(mailbox);
    if (!willServe) {
      willServe = true;
      hub.runCallback(serve);
    }
  }

  /** A socket that is being reaped has commands. Never switches. */
  void reap(ReapingKey key) {
    workers.selector(REAPER).tell(key);
  }

  // --- Serving

  private void serveLater() {
    willServe = false;
    serveReady();
  }

  /** Never switches. */
  private void serveReady() {
    if (isServing) {
      return;
    }
    isServing = true;
    try {
      for (HubMailbox next = ready.poll(); next != null; next = ready.poll()) {
        next.ring();
      }
    } finally {
      isServing = false;
    }
  }

  /** For tests: see {@link HubSelector#toldInterests}. */
  long toldInterests(int worker) {
    return workers.selector(worker).toldInterests();
  }

  @Override
  public boolean usesPipes() {
    return false;
  }

  @Override
  public void ring() {
    // The command has rung.
  }

  @Override
  public void look(boolean hasInproc) {
    if (!ready.isEmpty()) {
      serveReady();
    }
  }

  @Override
  public void runBlocking(String name, Runnable task) {
    hub.spawnRaw(task);
  }

  @Override
  public void close() {
    workers.close();
    ready.clear();
    mailboxes.clear();
    workerCommands.clear();
  }

  @Override
  public void abandon() {
    workers.abandon();
  }
}
