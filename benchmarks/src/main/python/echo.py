"""gevent's servers of the network cases: echo.py TCP|TLS|UDP

Prints its port once it listens, and ends with its standard input.
"""

import os
import sys
import threading

from gevent.server import DatagramServer, StreamServer


def echo(connection, _address):
    while True:
        data = connection.recv(65536)
        if not data:
            return
        connection.sendall(data)


class DatagramEcho(DatagramServer):
    def handle(self, data, address):
        self.socket.sendto(data, address)


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


SERVERS = {
    "TCP": lambda: StreamServer(("127.0.0.1", 0), echo, backlog=4096),
    "UDP": lambda: DatagramEcho("127.0.0.1:0"),
}

threading.Thread(target=end_with_input, daemon=True).start()
server = SERVERS[sys.argv[1]]()
server.start()
print(server.server_port, flush=True)
server.serve_forever()
