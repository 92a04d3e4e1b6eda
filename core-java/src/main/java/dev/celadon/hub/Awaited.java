package dev.celadon.hub;

/**
 * What a {@link Waiter} waits for without standing in a {@link WaitQueue}: carried by it, so that
 * messages and reports can name it. Its {@code toString} must neither wait nor run user code.
 */
public interface Awaited {}
