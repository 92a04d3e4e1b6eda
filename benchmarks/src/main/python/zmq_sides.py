"""The ZeroMQ cases in Python, both ends in one process: zmq_sides.py green|threads PATTERN

green: pyzmq's zmq.green, a greenlet for each socket. threads: plain pyzmq, a thread for each socket.
Reads how many operations to do, the first number of a line, each time, and prints the nanoseconds that they took. It does a fifth of
them and tells five times their cost: it needs no warming up.
"""

import sys
import threading
import time

MESSAGE = b"sixteen bytes .."
FEWER = 5


def green():
    import gevent
    import zmq.green

    def together(*bodies):
        gevent.joinall([gevent.spawn(body) for body in bodies], raise_error=True)

    return zmq.green, together


def threads():
    import zmq

    def together(*bodies):
        running = [threading.Thread(target=body) for body in bodies]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()

    return zmq, together


def connected(context, zmq, endpoint, binding, connecting):
    server = context.socket(binding)
    server.bind(endpoint)
    client = context.socket(connecting)
    client.connect(server.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\0").decode())
    return server, client


def ping_pong(server, client, operations, together):
    cost = []

    def answer():
        for _ in range(operations + 1):
            server.send(server.recv())

    def ask():
        client.send(MESSAGE)
        client.recv()  # connected
        start = time.monotonic_ns()
        for _ in range(operations):
            client.send(MESSAGE)
            client.recv()
        cost.append(time.monotonic_ns() - start)

    together(answer, ask)
    return cost[0]


def push_pull(sink, source, operations, together):
    cost = []

    def send():
        for _ in range(operations + 1):
            source.send(MESSAGE)

    def receive():
        sink.recv()  # connected
        start = time.monotonic_ns()
        for _ in range(operations):
            sink.recv()
        cost.append(time.monotonic_ns() - start)

    together(send, receive)
    return cost[0]


def run(pattern, operations, zmq, together):
    context = zmq.Context()
    kinds, endpoint, work = {
        "ROUND_TRIP": ((zmq.REP, zmq.REQ), "tcp://127.0.0.1:*", ping_pong),
        "PUSH_PULL": ((zmq.PULL, zmq.PUSH), "tcp://127.0.0.1:*", push_pull),
        "INPROC": ((zmq.PAIR, zmq.PAIR), "inproc://ping-pong", ping_pong),
    }[pattern]
    sockets = connected(context, zmq, endpoint, *kinds)
    try:
        return work(*sockets, operations, together)
    finally:
        for socket in sockets:
            socket.close(linger=0)
        context.term()


zmq, together = {"green": green, "threads": threads}[sys.argv[1]]()
for line in sys.stdin:
    operations = int(line.split()[0])
    fewer = max(1, operations // FEWER)
    print(run(sys.argv[2], fewer, zmq, together) * operations / fewer, flush=True)
