"""Many REQ clients of libzmq in one process: each asks once, all at the same time.

usage: req_clients.py ENDPOINT CLIENTS MILLIS
Half of them ask for java, half for kotlin. Prints the number of right answers and the seconds that all took together.
"""
import sys
import time

import zmq

endpoint, clients, millis = sys.argv[1], int(sys.argv[2]), sys.argv[3]
context = zmq.Context()
context.set(zmq.MAX_SOCKETS, clients + 8)
poller = zmq.Poller()
expected = {}
for number in range(clients):
    side = "java" if number % 2 == 0 else "kotlin"
    socket = context.socket(zmq.REQ)
    socket.linger = 0
    socket.connect(endpoint)
    expected[socket] = (f"{side} {millis}", f"{side} done {millis}")
    poller.register(socket, zmq.POLLIN)

start = time.monotonic()
for socket, (request, _) in expected.items():
    socket.send_string(request)
right = answered = 0
while answered < clients:
    ready = poller.poll(30_000)
    if not ready:
        break
    for socket, _ in ready:
        answered += 1
        right += socket.recv_string() == expected[socket][1]
print(right, round(time.monotonic() - start, 3))
for socket in expected:
    socket.close()
context.term()
