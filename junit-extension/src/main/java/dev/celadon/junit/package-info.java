/**
 * Tests whose methods run in greenlets: {@link dev.celadon.junit.HubTest} gives a test of JUnit
 * Jupiter, 5.10 or newer, a hub of its own, virtual time, and an order that a seed decides.
 *
 * <pre>{@code
 * @HubTest
 * void aLateAnswerIsGivenUp(VirtualClock clock) {
 *   Queue<String> answers = new Queue<>();
 *   spawnLater(Duration.ofHours(1), () -> answers.put("late"));
 *   assertNull(answers.get(Duration.ofMinutes(5)));
 *   assertEquals(Duration.ofMinutes(5), clock.elapsed());
 * }
 * }</pre>
 *
 * <p>It stands on {@code dev.celadon.hub} and {@code dev.celadon.simulation}.
 */
@NullMarked
package dev.celadon.junit;

import org.jspecify.annotations.NullMarked;
