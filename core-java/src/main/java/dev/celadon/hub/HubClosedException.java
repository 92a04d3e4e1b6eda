package dev.celadon.hub;

/** A hub was asked to do something after its end. */
public final class HubClosedException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  HubClosedException(Hub hub, String action) {
    super("cannot " + action + ": " + hub + " is closed and runs nothing more; use an open hub");
  }
}
