package dev.celadon.backdoor;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.monitor.GreenletTree;
import dev.celadon.sync.AsyncResult;
import java.io.PrintStream;
import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * What the snippets of one connection to a {@link BackdoorServer} have: there it is the variable
 * {@code session}, and {@code hub}, {@code out}, {@code greenlets()} and {@code onHub(body)} are
 * short for its methods.
 *
 * <p>Safe for use from any thread.
 */
public final class BackdoorSession {
  /*
   * Code of snippets is changed before it is loaded (see Weaving): at the begin of each method and before each jump back it calls
   * checkpoint, and where it reads System.out or System.err it gets out instead. Both calls are linked to the session whose loader
   * has the code, whoever runs it; but only the thread that evaluates is stopped.
   */
  private final int number;
  private final Hub hub;
  private final SharedVariables variables;
  private final Outbox outbox = new Outbox();
  private final PrintStream out = outbox.stream();

  /** Written once by the thread that evaluates, before any snippet runs. */
  private volatile @Nullable Thread evaluator;

  private volatile boolean halted;

  BackdoorSession(int number, Hub hub, SharedVariables variables) {
    this.number = number;
    this.hub = hub;
    this.variables = variables;
  }

  /**
   * The session of the snippet that calls this.
   *
   * @return the session
   * @throws IllegalStateException if the calling code is no snippet's
   */
  public static BackdoorSession current() {
    return of(StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE).getCallerClass());
  }

  private static BackdoorSession of(Class<?> snippet) {
    if (snippet.getClassLoader() instanceof SnippetLoader loader) {
      return loader.session();
    }
    throw new IllegalStateException(
        snippet + " is no code of a session: only snippets in a console have one");
  }

  /**
   * Links a call in the code of a snippet to its session; for that code only.
   *
   * @param caller the snippet
   * @param name the method
   * @param type its type
   * @return the call
   * @throws ReflectiveOperationException if there is no such method
   * @throws IllegalStateException if the calling code is no snippet's
   */
  public static CallSite link(MethodHandles.Lookup caller, String name, MethodType type)
      throws ReflectiveOperationException {
    BackdoorSession session = of(caller.lookupClass());
    return new ConstantCallSite(MethodHandles.lookup().bind(session, name, type));
  }

  // --- For snippets

  /**
   * The hub that the session looks into. Its snippets run beside it, on a thread.
   *
   * @return the server's hub
   */
  public Hub hub() {
    return hub;
  }

  /**
   * The way to the client. Nobody who prints waits: what a slow client leaves unread beyond 1 MiB
   * is dropped, and the client is told how much that was. Never switches.
   *
   * @return a stream of UTF-8; after the session's end it swallows everything
   */
  public PrintStream out() {
    return out;
  }

  /**
   * A shared variable, as it was given to the server.
   *
   * @param name its name
   * @return its value
   * @throws IllegalArgumentException if there is none of this name
   */
  public Object variable(String name) {
    Object value = variables.values().get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "no shared variable is called " + name + ": there are " + variables.values().keySet());
    }
    return value;
  }

  /**
   * Runs a body in a new greenlet of the hub and waits for its result. If the session ends
   * meanwhile, the greenlet is killed. Switches.
   *
   * @param body what to run, with the hub's other greenlets standing still between its switches
   * @param <T> the type of its result
   * @return what it returned; what it threw is thrown
   * @throws dev.celadon.hub.HubClosedException after the hub's end
   */
  public <T extends @Nullable Object> T onHub(Callable<? extends T> body) {
    AsyncResult<T> result = new AsyncResult<>();
    Greenlet<?> greenlet = Greenlet.unstarted(hub, () -> settle(result, body));
    greenlet.named("onHub of " + this).rawLink(_ -> giveUp(result));
    greenlet.start();
    try {
      return result.result();
    } finally {
      if (!result.isReady()) {
        greenlet.killAsync();
      }
    }
  }

  /** A failure is the snippet's, never the error handler's, even if the snippet is over. */
  private static <T extends @Nullable Object> void settle(
      AsyncResult<T> result, Callable<? extends T> body) throws Exception {
    try {
      boolean _ = result.trySet(body.call());
    } catch (GreenletExit killed) {
      throw killed;
    } catch (Throwable failure) {
      boolean _ = result.tryFail(failure);
    }
  }

  private static void giveUp(AsyncResult<?> result) {
    boolean _ = result.tryFail(new CancellationException("the greenlet was killed"));
  }

  /**
   * Runs a body without a result in a new greenlet of the hub and waits for its end; see {@link
   * #onHub(Callable)}. Switches.
   *
   * @param body what to run
   * @throws dev.celadon.hub.HubClosedException after the hub's end
   */
  public void onHub(Body body) {
    boolean _ =
        onHub(
            () -> {
              body.run();
              return true;
            });
  }

  /** Prints the hub's greenlets below those that spawned them. Switches. */
  public void greenlets() {
    List<GreenletTree> trees = onHub(() -> GreenletTree.forest(hub));
    trees.forEach(out::println);
  }

  // --- For the console

  Outbox outbox() {
    return outbox;
  }

  SharedVariables variables() {
    return variables;
  }

  void evaluatedBy(Thread thread) {
    evaluator = thread;
  }

  /** Stops the snippet that runs. Any thread; never switches. */
  void halt() {
    halted = true;
    Thread running = evaluator;
    if (running != null) {
      running.interrupt();
    }
  }

  boolean isHalted() {
    return halted;
  }

  /** Called by the code of snippets. */
  @SuppressWarnings("unused") // linked by its name
  private void checkpoint() {
    if (halted && Thread.currentThread() == evaluator) {
      throw new SessionOver();
    }
  }

  /** Ends a snippet. */
  static final class SessionOver extends Error {
    private static final long serialVersionUID = 1L;

    private SessionOver() {
      super("the session is over", null, false, false);
    }
  }

  @Override
  public String toString() {
    return "backdoor-" + number;
  }
}
