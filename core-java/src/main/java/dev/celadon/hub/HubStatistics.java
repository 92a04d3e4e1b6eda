package dev.celadon.hub;

import dev.celadon.loop.LagHistogram;

/**
 * Figures of a hub at one moment; see {@link Hub#statistics}.
 *
 * <p>Immutable.
 *
 * @param liveGreenlets how many greenlets were started and have not ended
 * @param spawned how many were started since the hub was made
 * @param runs how many turns of greenlets and callbacks there were
 * @param ready how many turns are due now
 * @param pendingTimers how many timers are armed
 * @param references how many pieces of work elsewhere are counted; see {@link Hub#ref}
 * @param lateness how late timers have fired, which is how long ready work has to wait
 */
public record HubStatistics(
    int liveGreenlets,
    long spawned,
    long runs,
    int ready,
    int pendingTimers,
    int references,
    LagHistogram lateness) {}
