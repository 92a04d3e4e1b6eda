package dev.celadon.monitor;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.HubObserver;
import dev.celadon.hub.RawGreenlet;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * Starts, switches and ends of the greenlets of one hub, as events of the flight recorder. Off
 * unless a recording asks for them, like the JDK's events of virtual threads: there may be millions
 * a second.
 *
 * <p>Confined to its hub, but for {@link #spawned}.
 */
final class GreenletEvents implements HubObserver {

  private final String hub;

  /** The turn that is being timed. Calls of the JDK that wait are not seen, so it may be lost. */
  private @Nullable Turn turn;

  private @Nullable RawGreenlet turnOf;

  GreenletEvents(String hub) {
    this.hub = hub;
  }

  /** Whether any running recording asks for one of these events. */
  static boolean areEnabled() {
    return new Spawn().isEnabled() || new End().isEnabled() || new Turn().isEnabled();
  }

  @Override
  public void spawned(RawGreenlet greenlet) {
    Spawn event = new Spawn();
    if (event.isEnabled()) {
      event.hub = hub;
      event.greenlet = Words.nameOf(greenlet);
      if (greenlet instanceof Greenlet<?> known) {
        event.spawnSite = known.spawnSite();
      }
      RawGreenlet spawner = RawGreenlet.currentOrNull();
      event.spawnedBy = spawner == null ? null : Words.nameOf(spawner);
      event.commit();
    }
  }

  @Override
  public void ended(RawGreenlet greenlet) {
    paused(greenlet);
    End event = new End();
    if (event.isEnabled()) {
      event.hub = hub;
      event.greenlet = Words.nameOf(greenlet);
      event.commit();
    }
  }

  @Override
  public void resumed(RawGreenlet greenlet) {
    Turn begun = new Turn();
    if (begun.isEnabled()) {
      turn = begun;
      turnOf = greenlet;
      begun.begin();
    }
  }

  @Override
  public void paused(RawGreenlet greenlet) {
    Turn ended = turn;
    if (ended != null && turnOf == greenlet) {
      turn = null;
      turnOf = null;
      ended.end();
      if (ended.shouldCommit()) {
        ended.hub = hub;
        ended.greenlet = Words.nameOf(greenlet);
        ended.commit();
      }
    }
  }

  @Name("dev.celadon.GreenletSpawn")
  @Label("Greenlet spawned")
  @Category("Celadon")
  @Enabled(false)
  static final class Spawn extends Event {
    @Label("Hub")
    @Nullable String hub;

    @Label("Greenlet")
    @Nullable String greenlet;

    @Label("Spawn site")
    @Nullable String spawnSite;

    @Label("Spawned by")
    @Nullable String spawnedBy;
  }

  @Name("dev.celadon.GreenletEnd")
  @Label("Greenlet ended")
  @Category("Celadon")
  @Enabled(false)
  @StackTrace(false)
  static final class End extends Event {
    @Label("Hub")
    @Nullable String hub;

    @Label("Greenlet")
    @Nullable String greenlet;
  }

  @Name("dev.celadon.Switch")
  @Label("Turn of a greenlet")
  @Description("From one switch to the next; its stack shows where the greenlet gave its turn away")
  @Category("Celadon")
  @Enabled(false)
  static final class Turn extends Event {
    @Label("Hub")
    @Nullable String hub;

    @Label("Greenlet")
    @Nullable String greenlet;
  }
}
