"""The cases within one process, on gevent: gevent_sides.py CASE

Reads how many operations to do and how many parties take part, a line each time, and prints what the operations cost: nanoseconds of
processor time, or bytes. It does a tenth of the operations, or as many as there are parties, and tells ten times their cost: it needs
no warming up, and takes its time. No more than 100,000 parties take part.
"""

import os
import sys
import time

import gevent
from gevent.event import Event
from gevent.lock import BoundedSemaphore, RLock
from gevent.queue import Queue

MOST_PARTIES = 100_000
FEWER = 10


def together(parties, body):
    """The processor time from the moment when all begin, each with its spawn behind it."""
    begin = Event()

    def party(number):
        begin.wait()
        body(number)

    every = [gevent.spawn(party, number) for number in range(parties)]
    gevent.sleep(0)
    start = time.process_time_ns()
    begin.set()
    gevent.joinall(every, raise_error=True)
    return time.process_time_ns() - start


def switch(times, parties):
    def body(_number):
        for _ in range(times):
            gevent.sleep(0)

    return together(parties, body)


def handoff(times, parties):
    queues = [Queue(1) for _ in range(parties)]

    def body(number):
        mine, theirs = queues[number], queues[number ^ 1]
        for _ in range(times):
            if number % 2 == 0:
                theirs.put(number)
                mine.get()
            else:
                theirs.put(mine.get())

    return together(parties, body)


def spawn(times, parties):
    start = time.process_time_ns()
    for _ in range(times):
        gevent.joinall([gevent.spawn(int) for _ in range(parties)])
    return time.process_time_ns() - start


class Round:
    def __init__(self, parties):
        self.here, self.go, self.missing = Event(), Event(), parties


def event(times, parties):
    current = Round(parties)

    def body(number):
        nonlocal current
        for _ in range(times):
            mine = current
            if number == parties:
                mine.here.wait()
                current = Round(parties)
                mine.go.set()
            else:
                mine.missing -= 1
                if mine.missing == 0:
                    mine.here.set()
                mine.go.wait()

    return together(parties + 1, body)


def taking_turns(times, parties, guard):
    def body(_number):
        for _ in range(times):
            guard.acquire()
            gevent.sleep(0)
            guard.release()

    return together(parties, body)


def semaphore(times, parties):
    return taking_turns(times, parties, BoundedSemaphore(parties // 2))


def lock(times, parties):
    return taking_turns(times, parties, RLock())


def timers(times, parties):
    start = time.process_time_ns()
    for _ in range(times):
        pending = [gevent.Timeout.start_new(30 + number * 7919 % 1000 / 1000) for number in range(parties)]
        for timeout in pending:
            timeout.close()
    return time.process_time_ns() - start


def timeout(times, _parties):
    start = time.process_time_ns()
    for _ in range(times):
        with gevent.Timeout(30):
            pass
    return time.process_time_ns() - start


def memory():
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def sleepers(parties):
    """Bytes of memory, time to spawn, time to wake, of parties that sleep at once."""
    before, wake_at = memory(), time.monotonic() + 5 + 15e-6 * parties
    ended = 0

    def sleeper():
        nonlocal ended
        gevent.sleep(wake_at - time.monotonic())
        ended += 1

    start = time.process_time_ns()
    for number in range(parties):
        gevent.spawn(sleeper)
        if number % 1_000 == 0:
            gevent.sleep(0)
    gevent.sleep(0)
    spawned = time.process_time_ns()
    taken = memory() - before
    assert time.monotonic() < wake_at, "too slow: not all were asleep at the same time"
    gevent.sleep(wake_at - time.monotonic() - 0.001)
    woken = time.process_time_ns()
    while ended < parties:
        gevent.sleep(0.001)
    return taken, spawned - start, time.process_time_ns() - woken


SLEEPERS = {"sleepers-bytes": 0, "sleepers-spawn": 1, "sleepers-wake": 2}
CASES = {one.__name__: one for one in [switch, handoff, spawn, event, semaphore, lock, timers, timeout]}


def cost(case, operations, parties):
    if case in SLEEPERS:
        parties = min(operations, MOST_PARTIES)
        return sleepers(parties)[SLEEPERS[case]] * operations / parties
    parties = min(max(parties, 1), MOST_PARTIES)
    times = max(1, operations // FEWER // parties)
    return CASES[case](times, parties) * operations / (times * parties)


for line in sys.stdin:
    print(cost(sys.argv[1], *map(int, line.split())), flush=True)
