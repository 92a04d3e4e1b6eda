package dev.celadon.junit;

/** What becomes of greenlets that are left when a test is over; see {@link HubTest#leaks}. */
public enum Leaks {
  /**
   * They are killed, and the test fails with their names and the places where they were spawned.
   */
  FAIL,

  /** They are killed. */
  KILL
}
