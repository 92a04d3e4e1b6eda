"""The ZeroMQ cases in Python, all ends in one process: zmq_sides.py green|threads PATTERN

green: pyzmq's zmq.green, a greenlet for each socket. threads: plain pyzmq, a thread for each socket.
Reads how many operations to do and with how many clients, two numbers of a line, each time, and prints the nanoseconds that they took.
It does a fifth of them and tells five times their cost: it needs no warming up.
"""

import resource
import sys
import threading
import time
from functools import partial

MESSAGE = b"sixteen bytes .."
FEWER = 5
MOST_SOCKETS = 4_000
BACKLOG = 2_000


def green():
    import gevent
    import gevent.event
    import zmq.green

    def together(*bodies):
        gevent.joinall([gevent.spawn(body) for body in bodies], raise_error=True)

    return zmq.green, together, gevent.event.Event


def threads():
    import zmq

    def together(*bodies):
        running = [threading.Thread(target=body) for body in bodies]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()

    return zmq, together, threading.Event


def connected(context, zmq, endpoint, binding, connecting, clients):
    server = context.socket(binding)
    server.setsockopt(zmq.BACKLOG, BACKLOG)
    server.bind(endpoint)
    sockets = [context.socket(connecting) for _ in range(clients)]
    for client in sockets:
        client.connect(server.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\0").decode())
    return server, sockets


def answer(server, times):
    for _ in range(times):
        server.send(server.recv())


def ask(client, times):
    for _ in range(times):
        client.send(MESSAGE)
        client.recv()


def receive(sink, times):
    for _ in range(times):
        sink.recv()


def push(source, times):
    for _ in range(times):
        source.send(MESSAGE)


def talk(server, serving, clients, asking, times, together, event):
    """Lets each client do something some times, and tells how long it took since all of them were there."""
    here, start, go = [], [], event()

    def begin(client):
        here.append(client)
        if len(here) == len(clients):
            start.append(time.monotonic_ns())
            go.set()
        go.wait()
        asking(client, times)

    together(lambda: serving(server, times * len(clients)), *(partial(begin, client) for client in clients))
    return time.monotonic_ns() - start[0]


def run(pattern, each, clients, zmq, together, event):
    context = zmq.Context()
    context.set(zmq.MAX_SOCKETS, MOST_SOCKETS)
    kinds, endpoint, serving, asking = {
        "ROUND_TRIP": ((zmq.REP, zmq.REQ), "tcp://127.0.0.1:*", answer, ask),
        "PUSH_PULL": ((zmq.PULL, zmq.PUSH), "tcp://127.0.0.1:*", receive, push),
        "INPROC": ((zmq.PAIR, zmq.PAIR), "inproc://ping-pong", answer, ask),
    }[pattern]
    server, sockets = connected(context, zmq, endpoint, *kinds, clients)
    try:
        talk(server, serving, sockets, asking, 1, together, event)  # connected
        return talk(server, serving, sockets, asking, each, together, event)
    finally:
        for socket in [server, *sockets]:
            socket.close(linger=0)
        context.term()


resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
zmq, together, event = {"green": green, "threads": threads}[sys.argv[1]]()
for line in sys.stdin:
    operations, parties = map(int, line.split())
    clients = max(1, parties)
    each = max(1, operations // FEWER // clients)
    print(run(sys.argv[2], each, clients, zmq, together, event) * operations / (each * clients), flush=True)
