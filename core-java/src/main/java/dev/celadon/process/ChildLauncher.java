package dev.celadon.process;

import dev.celadon.hub.Hub;

/** The main class of the JVM of a {@link ChildProcess}. */
final class ChildLauncher {

  private ChildLauncher() {}

  /**
   * Runs a child's class.
   *
   * @param args the name of the class
   * @throws Exception what it ends with
   */
  public static void main(String[] args) throws Exception {
    Rendezvous.ofThisChild().watchParent();
    ChildMain<?, ?> main = ChildProcess.make(Class.forName(args[0]).asSubclass(ChildMain.class));
    Hub.run(() -> run(main));
  }

  private static <I, O> void run(ChildMain<I, O> main) throws Exception {
    MessagePipe<I, O> parent = MessagePipe.ofParent(main.fromParent(), main.toParent());
    try (parent) {
      main.run(parent);
    } catch (MessagePipeClosed e) {
      if (!e.isOf(parent)) {
        throw e;
      }
      // The parent wants nothing more.
    }
  }
}
