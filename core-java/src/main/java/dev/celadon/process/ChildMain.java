package dev.celadon.process;

/**
 * What runs in a JVM of its own, started by {@link ChildProcess}.
 *
 * <p>A public class with a public constructor without parameters. Both JVMs make an instance: the
 * parent's is only asked for the codecs.
 *
 * @param <I> the type of the messages from the parent
 * @param <O> the type of the messages to the parent
 */
public interface ChildMain<I, O> {

  /**
   * How messages from the parent become bytes and come back.
   *
   * @return the codec
   */
  Codec<I> fromParent();

  /**
   * How messages to the parent become bytes and come back.
   *
   * @return the codec
   */
  Codec<O> toParent();

  /**
   * Does the child's work, in the main greenlet of a hub of its own. When it returns, or ends with
   * {@link MessagePipeClosed} because the parent has closed the pipe or has ended, the exit code is
   * 0; any other exception is printed to the error stream, and the exit code is 1.
   *
   * @param parent the pipe to the parent; closed at the end
   * @throws Exception whatever ends the child
   */
  void run(MessagePipe<I, O> parent) throws Exception;
}
