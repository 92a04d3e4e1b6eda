package dev.celadon.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test method that runs in a greenlet, the first one of a hub of its own. The {@code @BeforeEach}
 * and {@code @AfterEach} methods of its class run there as well.
 *
 * <p>These methods may have a parameter of type {@link dev.celadon.hub.Hub}, and with virtual time
 * one of type {@link dev.celadon.simulation.VirtualClock}.
 *
 * <p>The test fails with
 *
 * <ul>
 *   <li>what the method throws, unchanged; also a {@link dev.celadon.hub.LoopExit} that names the
 *       waiters, if nothing can run any more;
 *   <li>the failures of greenlets, callbacks and coroutines of the hub that nobody took;
 *   <li>an {@link AssertionError} that names the greenlets that are left after the last method, if
 *       they are not {@link Leaks#KILL killed in silence};
 *   <li>an {@link AssertionError} that tells what every greenlet is doing, if a method takes longer
 *       than {@link #timeoutSeconds}.
 * </ul>
 *
 * <p>In virtual time {@code LoopExit} comes at once, and time does not jump while work elsewhere is
 * counted (off-loaded work is; other threads' work is if {@link dev.celadon.hub.Hub#ref} says so).
 * While somebody waits for a channel, time jumps after 20 ms of silence.
 *
 * <p>A method may {@linkplain dev.celadon.hub.Hub#shutdown shut its hub down}. What is left in the
 * hub is killed then and counts for nothing, and so is the method itself at its next switch, which
 * fails the test; as its last act it is fine. Methods that were to come after it,
 * {@code @AfterEach} ones included, fail with an {@link AssertionError} at once: they have no hub
 * any more.
 *
 * <p>The methods run on another thread than those of {@code @BeforeAll} and {@code @AfterAll}, and
 * than other extensions' callbacks. Not to be combined with {@code @Test}.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(HubTestExtension.class)
public @interface HubTest {

  /**
   * Whether time jumps to the next sleeper when everybody waits, so that hours of sleeping take no
   * time.
   *
   * @return false for real time
   */
  boolean virtualTime() default true;

  /**
   * Under how many seeds the test runs, from 0 on, until one fails. Each decides another order of
   * the ready work, and is a run of its own with a new test instance.
   *
   * @return 0 for one run, first in, first out
   */
  int seeds() default 0;

  /**
   * Under which seeds the test runs: to replay one that has failed.
   *
   * @return the seeds; if there are any, {@link #seeds} does not count
   */
  long[] seed() default {};

  /**
   * How long a method may take, in real time. Code that never gives way is interrupted once, and
   * left behind on its thread.
   *
   * @return seconds; at least 1
   */
  int timeoutSeconds() default 60;

  /**
   * What becomes of greenlets that are left after the last method.
   *
   * @return by default the test fails
   */
  Leaks leaks() default Leaks.FAIL;
}
