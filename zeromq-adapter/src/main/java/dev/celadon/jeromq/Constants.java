package dev.celadon.jeromq;

import java.nio.charset.Charset;

/** JeroMQ's constants, for {@link ZMQ}. */
@SuppressWarnings("MutableConstantField")
interface Constants {
  /** A flag of send: more frames of this message follow. */
  int SNDMORE = zmq.ZMQ.ZMQ_SNDMORE;

  /** A flag of send and receive: do not wait. */
  int DONTWAIT = zmq.ZMQ.ZMQ_DONTWAIT;

  /** The same as {@link #DONTWAIT}. */
  int NOBLOCK = zmq.ZMQ.ZMQ_DONTWAIT;

  /**
   * The socket type PAIR.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int PAIR = zmq.ZMQ.ZMQ_PAIR;

  /**
   * The socket type PUB.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int PUB = zmq.ZMQ.ZMQ_PUB;

  /**
   * The socket type SUB.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int SUB = zmq.ZMQ.ZMQ_SUB;

  /**
   * The socket type REQ.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int REQ = zmq.ZMQ.ZMQ_REQ;

  /**
   * The socket type REP.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int REP = zmq.ZMQ.ZMQ_REP;

  /**
   * The socket type DEALER.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int DEALER = zmq.ZMQ.ZMQ_DEALER;

  /**
   * The old name of {@link #DEALER}.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int XREQ = DEALER;

  /**
   * The socket type ROUTER.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int ROUTER = zmq.ZMQ.ZMQ_ROUTER;

  /**
   * The old name of {@link #ROUTER}.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int XREP = ROUTER;

  /**
   * The socket type PULL.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int PULL = zmq.ZMQ.ZMQ_PULL;

  /**
   * The socket type PUSH.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int PUSH = zmq.ZMQ.ZMQ_PUSH;

  /**
   * The socket type XPUB.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int XPUB = zmq.ZMQ.ZMQ_XPUB;

  /**
   * The socket type XSUB.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int XSUB = zmq.ZMQ.ZMQ_XSUB;

  /**
   * The socket type STREAM.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int STREAM = zmq.ZMQ.ZMQ_STREAM;

  /**
   * A kind of device, without a meaning any more.
   *
   * @deprecated use {@link ZMQ#proxy}
   */
  @Deprecated int STREAMER = zmq.ZMQ.ZMQ_STREAMER;

  /**
   * A kind of device, without a meaning any more.
   *
   * @deprecated use {@link ZMQ#proxy}
   */
  @Deprecated int FORWARDER = zmq.ZMQ.ZMQ_FORWARDER;

  /**
   * A kind of device, without a meaning any more.
   *
   * @deprecated use {@link ZMQ#proxy}
   */
  @Deprecated int QUEUE = zmq.ZMQ.ZMQ_QUEUE;

  /**
   * The old name of {@link #PULL}.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int UPSTREAM = PULL;

  /**
   * The old name of {@link #PUSH}.
   *
   * @deprecated use {@link org.zeromq.SocketType}
   */
  @Deprecated int DOWNSTREAM = PUSH;

  /** An event of monitors: a connection to a peer stands. */
  int EVENT_CONNECTED = zmq.ZMQ.ZMQ_EVENT_CONNECTED;

  /** An event of monitors: a connect has begun, and goes on in the background. */
  int EVENT_CONNECT_DELAYED = zmq.ZMQ.ZMQ_EVENT_CONNECT_DELAYED;

  /**
   * The old name of {@link #EVENT_CONNECT_DELAYED}.
   *
   * @deprecated use {@link #EVENT_CONNECT_DELAYED}
   */
  @Deprecated int EVENT_DELAYED = EVENT_CONNECT_DELAYED;

  /** An event of monitors: a connect is tried again after a while. */
  int EVENT_CONNECT_RETRIED = zmq.ZMQ.ZMQ_EVENT_CONNECT_RETRIED;

  /**
   * The old name of {@link #EVENT_CONNECT_RETRIED}.
   *
   * @deprecated use {@link #EVENT_CONNECT_RETRIED}
   */
  @Deprecated int EVENT_RETRIED = EVENT_CONNECT_RETRIED;

  /** An event of monitors: a socket is bound. */
  int EVENT_LISTENING = zmq.ZMQ.ZMQ_EVENT_LISTENING;

  /** An event of monitors: a bind failed. */
  int EVENT_BIND_FAILED = zmq.ZMQ.ZMQ_EVENT_BIND_FAILED;

  /** An event of monitors: a peer has connected. */
  int EVENT_ACCEPTED = zmq.ZMQ.ZMQ_EVENT_ACCEPTED;

  /** An event of monitors: a peer could not connect. */
  int EVENT_ACCEPT_FAILED = zmq.ZMQ.ZMQ_EVENT_ACCEPT_FAILED;

  /** An event of monitors: a connection or a bind was closed. */
  int EVENT_CLOSED = zmq.ZMQ.ZMQ_EVENT_CLOSED;

  /** An event of monitors: a close failed. */
  int EVENT_CLOSE_FAILED = zmq.ZMQ.ZMQ_EVENT_CLOSE_FAILED;

  /** An event of monitors: a connection broke. */
  int EVENT_DISCONNECTED = zmq.ZMQ.ZMQ_EVENT_DISCONNECTED;

  /** An event of monitors: the monitor ends. */
  int EVENT_MONITOR_STOPPED = zmq.ZMQ.ZMQ_EVENT_MONITOR_STOPPED;

  /** An event of monitors: the version of the protocol is known. */
  int EVENT_HANDSHAKE_PROTOCOL = zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL;

  /** An event of monitors: all of these. */
  int EVENT_ALL = zmq.ZMQ.ZMQ_EVENT_ALL;

  /** An event of monitors: a handshake failed, nobody knows why. */
  int HANDSHAKE_FAILED_NO_DETAIL = zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;

  /** An event of monitors: a handshake failed, since a peer broke the protocol. */
  int HANDSHAKE_FAILED_PROTOCOL = zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;

  /** An event of monitors: a handshake failed, since a peer was refused. */
  int HANDSHAKE_FAILED_AUTH = zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

  /** An event of monitors: a handshake is done, messages can flow. */
  int HANDSHAKE_SUCCEEDED = zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_SUCCEEDED;

  /** The empty frame between an envelope and its content. */
  byte[] MESSAGE_SEPARATOR = zmq.ZMQ.MESSAGE_SEPARATOR;

  /** The topic of all messages: an empty one. */
  byte[] SUBSCRIPTION_ALL = zmq.ZMQ.SUBSCRIPTION_ALL;

  /** A word for the control socket of a proxy: forward nothing more for now. */
  byte[] PROXY_PAUSE = zmq.ZMQ.PROXY_PAUSE;

  /** A word for the control socket of a proxy: go on. */
  byte[] PROXY_RESUME = zmq.ZMQ.PROXY_RESUME;

  /** A word for the control socket of a proxy: end. */
  byte[] PROXY_TERMINATE = zmq.ZMQ.PROXY_TERMINATE;

  /** How texts become frames: in UTF-8. */
  Charset CHARSET = zmq.ZMQ.CHARSET;
}
