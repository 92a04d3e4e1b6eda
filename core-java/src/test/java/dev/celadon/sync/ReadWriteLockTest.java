package dev.celadon.sync;

import static dev.celadon.sync.Chaos.inVirtualTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // a failed test needs no unlock
class ReadWriteLockTest {

  private final Trail trail = new Trail();

  /** Takes the lock, steps, keeps it for a second. */
  private Greenlet<?> spawn(Lock lock, String name) {
    return Greenlets.spawn(
        () -> {
          lock.lock();
          try {
            trail.step(name);
            Greenlets.sleep(Duration.ofSeconds(1));
            trail.step(name + "-");
          } finally {
            lock.unlock();
          }
        });
  }

  @Test
  void readersGoTogetherAndNoneOvertakesAWaitingWriter() throws Exception {
    inVirtualTime(
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          spawn(lock.readLock(), "r1");
          spawn(lock.readLock(), "r2");
          spawn(lock.writeLock(), "w1");
          spawn(lock.readLock(), "r3");
          spawn(lock.readLock(), "r4");
          spawn(lock.writeLock(), "w2");
          Greenlet<?> last = spawn(lock.writeLock(), "w3");
          Greenlets.yieldNow();
          assertEquals(2, lock.readers());
          assertFalse(lock.readLock().tryLock(), "a writer waits");
          assertFalse(lock.writeLock().tryLock());
          assertEquals(5, lock.waiting());
          last.join();
          assertEquals("ReadWriteLock[write lock free, readers=0]", lock.toString());
        });
    trail.is("r1 r2 r1- r2- w1 w1- r3 r4 r3- r4- w2 w2- w3 w3-");
  }

  @Test
  void aWriterThatGivesUpLetsTheReadersBehindItIn() throws Exception {
    inVirtualTime(
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          lock.readLock().lock();
          Greenlet<Boolean> writer =
              Greenlets.spawn(() -> lock.writeLock().tryLock(1, TimeUnit.SECONDS));
          Greenlet<?> victim = spawn(lock.writeLock(), "never");
          Greenlet<?> reader = spawn(lock.readLock(), "r");
          assertFalse(writer.result());
          trail.step("late");
          victim.kill();
          trail.step("killed");
          reader.join();
          assertEquals(1, lock.readers());
          lock.readLock().unlock();
          assertTrue(lock.writeLock().tryLock());
        });
    trail.is("late r killed r-");
  }

  @Test
  void bothLocksMayBeTakenAgain() throws Exception {
    inVirtualTime(
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          lock.readLock().lock();
          Greenlet<?> writer = spawn(lock.writeLock(), "w");
          Greenlets.yieldNow();
          lock.readLock().lock(); // although a writer waits
          assertEquals(1, lock.readers());
          lock.readLock().unlock();
          Greenlets.yieldNow();
          trail.step("reader");
          lock.readLock().unlock();
          writer.join();
          lock.writeLock().lock();
          lock.writeLock().lock();
          lock.writeLock().unlock();
          assertTrue(lock.isWriteLocked());
          lock.writeLock().unlock();
          assertFalse(lock.isWriteLocked());
        });
    trail.is("reader w w-");
  }

  @Test
  void aWriterMayGoOnAsAReader() throws Exception {
    inVirtualTime(
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          lock.writeLock().lock();
          Greenlet<?> reader = spawn(lock.readLock(), "r");
          Greenlet<?> writer = spawn(lock.writeLock(), "w");
          Greenlets.yieldNow();
          lock.readLock().lock();
          trail.step("both");
          lock.writeLock().unlock();
          reader.join();
          assertEquals(1, lock.readers());
          trail.step("read");
          lock.readLock().unlock();
          writer.join();
        });
    trail.is("both r r- read w w-");
  }

  @Test
  void theWayFromReadingToWritingIsRefused() throws Exception {
    inVirtualTime(
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          lock.readLock().lock();
          IllegalStateException refused =
              assertThrows(IllegalStateException.class, () -> lock.writeLock().lock());
          assertTrue(
              refused.getMessage().endsWith("or take the write lock from the start"),
              refused.getMessage());
          assertThrows(IllegalStateException.class, () -> lock.writeLock().tryLock());
          assertThrows(
              IllegalStateException.class, () -> lock.writeLock().tryLock(1, TimeUnit.SECONDS));
          assertEquals(1, lock.readers());
          assertEquals(0, lock.waiting());
        });
  }

  @Test
  void whatIsNotHeldCannotBeGivenBack() throws Exception {
    inVirtualTime(
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          assertThrows(IllegalMonitorStateException.class, () -> lock.readLock().unlock());
          lock.writeLock().lock();
          Greenlets.spawn(
                  () -> {
                    assertThrows(
                        IllegalMonitorStateException.class, () -> lock.writeLock().unlock());
                    assertThrows(
                        IllegalMonitorStateException.class, () -> lock.readLock().unlock());
                  })
              .result();
          assertThrows(UnsupportedOperationException.class, () -> lock.readLock().newCondition());
          assertThrows(UnsupportedOperationException.class, () -> lock.writeLock().newCondition());
          assertTrue(lock.toString().contains("write lock held by main greenlet"));
        });
  }

  @Test
  void aCallbackMayTryButNotWait() throws Exception {
    inVirtualTime(
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          lock.writeLock().lock();
          Hub.current()
              .runCallback(
                  () -> {
                    assertFalse(lock.readLock().tryLock());
                    assertThrows(BlockingSwitchOut.class, () -> lock.readLock().lock());
                    assertThrows(BlockingSwitchOut.class, () -> lock.writeLock().lock());
                    trail.step("refused");
                  });
          Greenlets.yieldNow();
          assertEquals(0, lock.waiting());
        });
    trail.is("refused");
  }

  @Test
  void anInterruptEndsNoLockButEndsTheInterruptibleForm() throws Exception {
    inVirtualTime(
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          lock.writeLock().lock();
          Greenlet<Boolean> patient =
              Greenlets.spawn(
                  () -> {
                    lock.readLock().lock();
                    lock.readLock().unlock();
                    return Thread.interrupted();
                  });
          Greenlet<?> impatient =
              Greenlets.spawn(
                  () ->
                      assertThrows(
                          InterruptedException.class, () -> lock.readLock().lockInterruptibly()));
          Greenlets.yieldNow();
          patient.thread().interrupt();
          impatient.thread().interrupt();
          impatient.result();
          assertFalse(patient.isReady());
          lock.writeLock().unlock();
          assertTrue(patient.result());
        });
  }

  @Test
  void manyReadersOrOneWriterInEveryOrder() {
    Chaos.explore(
        () ->
            new Chaos.Program() {
              final ReadWriteLock lock = new ReadWriteLock();
              int reading;
              int writing;

              @Override
              public void work(Random random) throws Exception {
                if (random.nextInt(3) > 0) {
                  read(random);
                } else if (lock.writeLock().tryLock(random.nextInt(40), TimeUnit.NANOSECONDS)) {
                  try {
                    assertEquals(1, ++writing);
                    assertEquals(0, reading);
                    Greenlets.sleep(Chaos.nanos(random, 8));
                    read(random);
                  } finally {
                    writing--;
                    lock.writeLock().unlock();
                  }
                }
              }

              private void read(Random random) throws Exception {
                boolean downgrade = lock.isWriteLocked() && writing == 1 && isWriter();
                if (lock.readLock().tryLock(random.nextInt(40), TimeUnit.NANOSECONDS)) {
                  try {
                    reading++;
                    assertEquals(downgrade ? 1 : 0, writing);
                    Greenlets.sleep(Chaos.nanos(random, 8));
                  } finally {
                    reading--;
                    lock.readLock().unlock();
                  }
                }
              }

              // Taking it once more would succeed for the writer only.
              private boolean isWriter() {
                boolean mine = lock.writeLock().tryLock();
                if (mine) {
                  lock.writeLock().unlock();
                }
                return mine;
              }

              @Override
              public void check() {
                assertEquals(0, lock.readers());
                assertFalse(lock.isWriteLocked());
                assertEquals(0, lock.waiting());
              }
            });
  }

  @Test
  void guardsASectionAcrossThreadsAndHubs() throws Exception {
    ReadWriteLock lock = new ReadWriteLock();
    int[] pair = new int[2];
    Chaos.everywhere(
        () -> {
          for (int i = 0; i < 500; i++) {
            lock.writeLock().lock();
            pair[0]++; // plain on purpose
            pair[1]++;
            lock.writeLock().unlock();
            lock.readLock().lock();
            assertEquals(pair[0], pair[1]);
            lock.readLock().unlock();
          }
        });
    assertEquals(4_500, pair[0]);
    assertEquals(0, lock.readers());
    assertFalse(lock.isWriteLocked());
  }
}
