"""gevent's servers of the network cases: echo.py TCP|TLS|UDP

Prints its port once it listens, and ends with its standard input.
"""

import os
import subprocess
import sys
import tempfile
import threading

from gevent import ssl
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


def with_tls():
    """A key of P-256 with a certificate that it has signed itself, made at the start."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate")
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
            + ["-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        context.load_cert_chain(certificate, key)
    return StreamServer(("127.0.0.1", 0), echo, backlog=4096, ssl_context=context)


SERVERS = {
    "TCP": lambda: StreamServer(("127.0.0.1", 0), echo, backlog=4096),
    "TLS": with_tls,
    "UDP": lambda: DatagramEcho("127.0.0.1:0"),
}

threading.Thread(target=end_with_input, daemon=True).start()
server = SERVERS[sys.argv[1]]()
server.start()
print(server.server_port, flush=True)
server.serve_forever()
