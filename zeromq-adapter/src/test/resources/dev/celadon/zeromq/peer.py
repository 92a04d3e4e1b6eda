"""A peer that talks through libzmq: python3 peer.py ROLE WHERE [ARGUMENT ...]

WHERE is an endpoint to connect to, "bind" for any free port, or "bind=ENDPOINT". Who binds prints its endpoint first.
Whatever goes wrong ends the process with a trace and an exit value that is not 0.
"""
import select
import socket as tcp
import sys
import time

import zmq
from zmq.utils.monitor import recv_monitor_message

PATIENCE = 20_000  # milliseconds
LOOPBACK = 'tcp://127.0.0.1'

# The sizes of the frames of the messages that are echoed; Shapes.java has the same.
SHAPES = [
    [0],
    [1],
    [255],
    [256],
    [0, 0, 0],
    [8191, 8192, 8193],
    [5, 0, 70_000, 0],
    [1] * 1_000,
    [1 << 20],
]

context = zmq.Context()
context.max_sockets = 8_192


def shaped(number):
    """The message of that number."""
    sizes = SHAPES[number % len(SHAPES)]
    return [bytes([(number * 31 + index) % 256]) * size for index, size in enumerate(sizes)]


def say(line):
    print(line, flush=True)


def hear():
    return sys.stdin.readline().strip()


def is_told():
    return bool(select.select([sys.stdin], [], [], 0)[0])


def make(kind, where, **options):
    s = context.socket(getattr(zmq, kind))
    s.linger = 5_000
    s.rcvtimeo = PATIENCE
    s.sndtimeo = PATIENCE
    for name, value in options.items():
        if value != b'':
            setattr(s, name, value)
    if where == 'bind':
        say('%s:%d' % (LOOPBACK, s.bind_to_random_port(LOOPBACK)))
    elif where.startswith('bind='):
        s.bind(where[5:])
        say(where[5:])
    else:
        s.connect(where)
    return s


def address(endpoint):
    host, port = endpoint[len('tcp://'):].split(':')
    return host, int(port)


def enveloped(kind, frames):
    """A DEALER that talks to a REP or REQ adds the empty frame that those do not show."""
    return [b''] + frames if kind == 'DEALER+' else frames


# --- Roles

def echo(where, kind, count, identity=''):
    """Sends back what comes."""
    s = make(kind, where, identity=identity.encode())
    for _ in range(int(count)):
        s.send_multipart(s.recv_multipart(copy=False), copy=False)


def echo_until_told(where, kind, identity=''):
    """Sends back what comes until its input ends."""
    s = make(kind, where, identity=identity.encode())
    poller = zmq.Poller()
    poller.register(s, zmq.POLLIN)
    poller.register(sys.stdin, zmq.POLLIN)
    while True:
        ready = dict(poller.poll(PATIENCE))
        assert ready, 'nobody talks'
        if s in ready:
            s.send_multipart(s.recv_multipart())
        else:
            return


def ask(where, kind, count, identity=''):
    """Sends messages of all shapes, a few at a time, and checks what comes back."""
    s = make(kind.rstrip('+'), where, identity=identity.encode())
    window = 1 if kind == 'REQ' else 5
    count = int(count)
    asked = answered = 0
    while answered < count:
        while asked < min(count, answered + window):
            s.send_multipart(enveloped(kind, shaped(asked)))
            asked += 1
        got = s.recv_multipart()
        assert got == enveloped(kind, shaped(answered)), 'answer %d differs' % answered
        answered += 1


def push(where, count):
    s = make('PUSH', where)
    for number in range(int(count)):
        s.send_multipart([b'%d' % number, b'x' * (number % 300)])


def pull(where, count):
    s = make('PULL', where)
    for number in range(int(count)):
        got = s.recv_multipart()
        assert got == [b'%d' % number, b'x' * (number % 300)], 'message %d is %r' % (number, got)


def xpub(where):
    """Publishes, and knows who listens."""
    s = make('XPUB', where)
    expect(s, b'\x01news')
    for number in range(50):
        s.send_multipart([b'noise', b'%d' % number])
        s.send_multipart([b'newspaper', b'%d' % number])
    expect(s, b'\x01late')
    s.send_multipart([b'late', b'hello'])
    expect(s, b'\x00news')
    s.send_multipart([b'news', b'to nobody'])
    s.send_multipart([b'late', b'end'])
    assert hear() == 'done'


def expect(s, subscription):
    got = s.recv()
    assert got == subscription, got


def sub(where, kind):
    """Listens to our xpub; speaks when it has heard something that ends a stage."""
    s = make(kind, where)
    subscribe(s, b'news')
    for number in range(50):
        got = s.recv_multipart()
        assert got == [b'newspaper', b'%d' % number], got
    subscribe(s, b'late')
    assert s.recv_multipart() == [b'late', b'hello']
    unsubscribe(s, b'news')
    got = s.recv_multipart()
    assert got == [b'late', b'end'], got


def subscribe(s, prefix):
    if s.type == zmq.XSUB:
        s.send(b'\x01' + prefix)
    else:
        s.subscribe(prefix)


def unsubscribe(s, prefix):
    if s.type == zmq.XSUB:
        s.send(b'\x00' + prefix)
    else:
        s.unsubscribe(prefix)


def pub(where):
    """Publishes without knowing who listens, so it waits to be told that somebody does."""
    s = make('PUB', where)
    while not is_told():
        s.send(b'sync')
        time.sleep(0.001)
    for number in range(100):
        s.send_multipart([b'news', b'%d' % number])
    assert hear() == 'go' and hear() == 'done'


def sub_of_pub(where, kind):
    s = make(kind, where)
    subscribe(s, b'')
    assert s.recv() == b'sync'
    say('synced')
    got = s.recv_multipart()
    while got == [b'sync']:
        got = s.recv_multipart()
    for number in range(100):
        assert got == [b'news', b'%d' % number], got
        if number < 99:
            got = s.recv_multipart()


def tcp_client(where):
    """Plain TCP for a STREAM."""
    with tcp.create_connection(address(where), 20) as s:
        s.sendall(b'hello')
        assert s.recv(5, tcp.MSG_WAITALL) == b'world'
        s.sendall(b'x' * 100_000)


def tcp_server(_):
    with tcp.create_server(('127.0.0.1', 0)) as listener:
        listener.settimeout(20)
        say('tcp://127.0.0.1:%d' % listener.getsockname()[1])
        s, _peer = listener.accept()
        with s:
            s.settimeout(20)
            assert s.recv(5, tcp.MSG_WAITALL) == b'hello'
            s.sendall(b'world')
            assert s.recv(1) == b'', 'the end'


def stream(where):
    s = make('STREAM', where)
    identity, hello = s.recv_multipart()
    assert hello == b''
    identity, got = s.recv_multipart()
    while len(got) < 5:
        got += s.recv_multipart()[1]
    assert got == b'hello', got
    s.send_multipart([identity, b'world'])
    assert s.recv_multipart() == [identity, b''], 'the end'


def thousand(where, count):
    """Opens that many connections at once; all talk when all are there."""
    sockets = [make('DEALER', where) for _ in range(int(count))]
    for number, s in enumerate(sockets):
        s.send(b'%d' % number)
    for number, s in enumerate(sockets):
        assert s.recv() == b'%d' % number


def heartbeats(where, seconds):
    """Stays idle with heartbeats of its own, and counts what it takes for a disconnection."""
    s = make('DEALER', where, heartbeat_ivl=50, heartbeat_timeout=1_000, heartbeat_ttl=1_000)
    monitor = s.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    s.send(b'hello')
    assert s.recv() == b'hello'
    assert monitor.poll(float(seconds) * 1_000) == 0, recv_monitor_message(monitor)
    s.send(b'still here')
    assert s.recv() == b'still here'
    s.disable_monitor()


ROLES = {
    role.__name__: role
    for role in (echo, echo_until_told, ask, push, pull, xpub, sub, pub, sub_of_pub, tcp_client, tcp_server, stream,
                 thousand, heartbeats)
}

if __name__ == '__main__':
    try:
        ROLES[sys.argv[1]](*sys.argv[2:])
    finally:
        context.destroy()  # waits for what is not sent yet; the interpreter's exit does not
