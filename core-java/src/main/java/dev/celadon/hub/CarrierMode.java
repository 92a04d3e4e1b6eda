package dev.celadon.hub;

/** How a hub runs its greenlets. See {@link Hub#carrierMode}. */
public enum CarrierMode {
  /**
   * Greenlets are virtual threads whose scheduler is the hub; blocking calls of any library give
   * the turn back.
   */
  DIRECT
}
