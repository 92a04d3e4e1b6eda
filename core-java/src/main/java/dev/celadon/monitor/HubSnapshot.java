package dev.celadon.monitor;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubStatistics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a hub was doing at the moment of a {@link RunReport}.
 *
 * <p>Immutable; the hub in it goes on.
 *
 * @param hub the hub
 * @param answer whether it answered; if it did not, its greenlets are not known
 * @param statistics its figures; null if it did not answer
 * @param greenlets its live greenlets, in the order of their starts
 * @param holder who held it when it did not answer; null if nobody was seen, or if it answered
 * @param holderStack where the holder was
 */
public record HubSnapshot(
    Hub hub,
    Answer answer,
    @Nullable HubStatistics statistics,
    List<GreenletSnapshot> greenlets,
    @Nullable String holder,
    List<StackTraceElement> holderStack) {

  /** How a hub takes the question what it is doing. */
  public enum Answer {
    /** It told. */
    ANSWERED,
    /** Something held it for longer than the patience of the report. */
    STUCK,
    /** It is the hub of a plain thread, which was not waiting in a call of Celadon. */
    STANDING_STILL
  }

  /** Copies the lists. */
  public HubSnapshot {
    greenlets = List.copyOf(greenlets);
    holderStack = List.copyOf(holderStack);
  }
}
