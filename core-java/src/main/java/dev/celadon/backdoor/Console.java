package dev.celadon.backdoor;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.tools.StandardJavaFileManager;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.ExpressionSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.TypeDeclSnippet;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.VarSnippet;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the lines of one session and tells its client what came of them.
 *
 * <p>For one thread, which all of it may block.
 */
final class Console implements AutoCloseable {

  private static final List<String> IMPORTS =
      List.of(
          "import module java.base;",
          "import dev.celadon.*;",
          "import dev.celadon.greenlet.*;",
          "import dev.celadon.hub.*;",
          "import dev.celadon.monitor.*;");

  private static final List<String> OWN =
      List.of(
          "var session = dev.celadon.backdoor.BackdoorSession.current();",
          "var hub = session.hub();",
          "var out = session.out();",
          "void greenlets() { session.greenlets(); }",
          "<T> T onHub(Callable<? extends T> body) { return session.onHub(body); }",
          "void onHub(Body body) { session.onHub(body); }");

  private final BackdoorSession session;
  private final SnippetRunner runner;
  private final JShell shell;
  private final SourceCodeAnalysis analysis;

  /** Has the jars of the class path open. */
  private @Nullable StandardJavaFileManager files;

  /** Lines that make no complete snippet yet. */
  private String begun = "";

  Console(BackdoorSession session) {
    this.session = session;
    SnippetLoader loader = new SnippetLoader(session);
    session.evaluatedBy(Thread.currentThread());
    Thread.currentThread().setContextClassLoader(loader);
    this.runner = new SnippetRunner(session, loader);
    this.shell = newShell();
    this.analysis = shell.sourceCodeAnalysis();
  }

  /**
   * Evaluates what every session begins with.
   *
   * @throws IllegalStateException if that cannot be compiled here
   */
  void open() {
    IMPORTS.forEach(this::evaluateOwn);
    OWN.forEach(this::evaluateOwn);
    SharedVariables shared = session.variables();
    shared.values().keySet().forEach(name -> evaluateOwn(shared.declaration(name)));
  }

  private JShell newShell() {
    JShell.Builder builder = JShell.builder().executionEngine(runner, Map.of());
    builder.out(session.out()).err(session.out());
    builder.fileManager(
        made -> {
          files = made;
          return made;
        });
    String modules = System.getProperty("jdk.module.path");
    if (modules != null) {
      builder.compilerOptions("--module-path", modules, "--add-modules", "ALL-MODULE-PATH");
    }
    return builder.build();
  }

  private void evaluateOwn(String source) {
    for (SnippetEvent event : shell.eval(source)) {
      if (event.status() != Snippet.Status.VALID || event.exception() != null) {
        tell(event);
        throw new IllegalStateException(
            "the console cannot begin with \""
                + source
                + "\": what it names must be on the class path, which is "
                + System.getProperty("java.class.path"));
      }
    }
  }

  /**
   * Evaluates what a line completes.
   *
   * @return whether more lines must follow
   */
  boolean feed(String line) {
    begun += line + "\n";
    while (!begun.isBlank() && !session.isHalted()) {
      CompletionInfo info = analysis.analyzeCompletion(begun);
      switch (info.completeness()) {
        case CONSIDERED_INCOMPLETE, DEFINITELY_INCOMPLETE -> {
          return true;
        }
        case EMPTY -> begun = "";
        case COMPLETE, COMPLETE_WITH_SEMI -> {
          begun = info.remaining();
          evaluate(info.source());
        }
        case UNKNOWN -> {
          String wrong = begun;
          begun = "";
          evaluate(wrong);
        }
      }
    }
    begun = "";
    return false;
  }

  /** Drops the lines of a snippet that is not complete; no more of it follow. */
  boolean cancel() {
    begun = "";
    return false;
  }

  private void evaluate(String source) {
    try {
      for (SnippetEvent event : shell.eval(source)) {
        if (event.causeSnippet() == null) {
          tell(event);
        }
      }
    } catch (RuntimeException e) {
      session.outbox().say("the console failed: " + e + "\n");
    }
  }

  // --- What the client is told

  private void tell(SnippetEvent event) {
    Throwable failure = runner.takeFailure();
    String text =
        switch (event.status()) {
          case REJECTED -> errors(event.snippet());
          case RECOVERABLE_DEFINED, RECOVERABLE_NOT_DEFINED ->
              nameOf(event.snippet()) + " waits for " + missing(event.snippet()) + "\n";
          default -> {
            if (failure != null) {
              yield new FailureText(failure).toString();
            }
            yield event.exception() == null ? result(event) : unresolved(event.exception());
          }
        };
    session.outbox().say(text);
  }

  private String errors(Snippet snippet) {
    return shell
        .diagnostics(snippet)
        .map(error -> error(snippet.source(), error))
        .collect(Collectors.joining());
  }

  private static String error(String source, Diag error) {
    int start = Math.clamp(error.getStartPosition(), 0, source.length());
    int end = Math.clamp(error.getEndPosition(), start, source.length());
    String kind = error.isError() ? "error: " : "warning: ";
    String place = source.substring(start, end).strip();
    return kind + error.getMessage(null) + "\n" + (place.isEmpty() ? "" : "  at: " + place + "\n");
  }

  private String missing(Snippet snippet) {
    return shell
        .unresolvedDependencies((DeclarationSnippet) snippet)
        .collect(Collectors.joining(", "));
  }

  private String unresolved(Throwable thrown) {
    return thrown instanceof UnresolvedReferenceException reference
        ? nameOf(reference.getSnippet()) + " waits for " + missing(reference.getSnippet()) + "\n"
        : thrown + "\n";
  }

  private static String result(SnippetEvent event) {
    Snippet snippet = event.snippet();
    return switch (snippet) {
      case VarSnippet _, ExpressionSnippet _ when event.value() != null ->
          nameOf(snippet) + " ==> " + event.value() + "\n";
      case MethodSnippet _, TypeDeclSnippet _ -> nameOf(snippet) + " is defined\n";
      default -> "";
    };
  }

  private static String nameOf(Snippet snippet) {
    return switch (snippet) {
      case VarSnippet variable -> variable.name();
      case ExpressionSnippet expression -> Objects.requireNonNullElse(expression.name(), "value");
      case MethodSnippet method -> method.name() + "(" + method.parameterTypes() + ")";
      case TypeDeclSnippet type -> type.name();
      default -> snippet.source().strip();
    };
  }

  @Override
  public void close() throws IOException {
    shell.close();
    if (files != null) {
      files.close(); // the shell leaves it open
    }
  }
}
