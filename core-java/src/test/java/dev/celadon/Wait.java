package dev.celadon;

import java.time.Duration;

/**
 * A fresh object to wait on, for {@link EveryWaitTest}.
 *
 * @param name names the call; if it begins with "Greenlet", being satisfied takes a turn
 * @param call waits for the given time; true if it got what it waited for
 * @param satisfy lets the longest waiter go on
 */
public record Wait(String name, Timed call, Runnable satisfy) {

  public interface Timed {
    boolean within(Duration timeout) throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }
}
