package dev.celadon.zeromq;

import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import zmq.ZMQ;

/**
 * What only some types of sockets know; see {@link SocketOptions#pattern()}. Each setter throws a
 * {@link ZmqException} for another type. JeroMQ does not tell these values, so the getters tell
 * what was set here.
 *
 * <p>Confined to its hub.
 */
public final class PatternOptions {

  private final SocketOptions options;

  PatternOptions(SocketOptions options) {
    this.options = options;
  }

  /**
   * Back to the other topics, for chains.
   *
   * @return all options of the socket
   */
  public SocketOptions options() {
    return options;
  }

  // --- ROUTER and its peers

  /**
   * Whether messages to unknown peers are reported.
   *
   * @return false, the default, if they are dropped
   */
  public boolean routerMandatory() {
    return options.getBoolean(ZMQ.ZMQ_ROUTER_MANDATORY);
  }

  /**
   * Lets a ROUTER report messages to unknown peers, by {@link ZmqUnreachableException}, and wait
   * for full ones, instead of dropping both. ZeroMQ's ROUTER_MANDATORY.
   *
   * @param report true to report
   * @return these options
   */
  public PatternOptions routerMandatory(boolean report) {
    return set("routerMandatory", ZMQ.ZMQ_ROUTER_MANDATORY, report, SocketType.ROUTER);
  }

  /**
   * Whether a newcomer takes over the identity of a connected peer.
   *
   * @return false, the default, if the newcomer is refused
   */
  public boolean routerHandover() {
    return options.getBoolean(ZMQ.ZMQ_ROUTER_HANDOVER);
  }

  /**
   * Lets a ROUTER give the identity of a connected peer to a newcomer that claims it, and close the
   * older connection: what a peer that comes back before its loss was noticed needs. ZeroMQ's
   * ROUTER_HANDOVER.
   *
   * @param handover false refuses the newcomer
   * @return these options
   */
  public PatternOptions routerHandover(boolean handover) {
    return set("routerHandover", ZMQ.ZMQ_ROUTER_HANDOVER, handover, SocketType.ROUTER);
  }

  /**
   * Whether the ROUTER talks plain TCP.
   *
   * @return true if there is no ZeroMQ framing
   */
  public boolean routerRaw() {
    return options.getBoolean(ZMQ.ZMQ_ROUTER_RAW);
  }

  /**
   * Lets a ROUTER talk plain TCP, without ZeroMQ framing; a STREAM is the newer way. ZeroMQ's
   * ROUTER_RAW. Before bind and connect; it cannot be taken back.
   *
   * @param raw true for plain TCP
   * @return these options
   */
  public PatternOptions routerRaw(boolean raw) {
    return set("routerRaw", ZMQ.ZMQ_ROUTER_RAW, raw, SocketType.ROUTER);
  }

  /**
   * Whether new peers get an empty message.
   *
   * @return true if they do
   */
  public boolean probeRouter() {
    return options.getBoolean(ZMQ.ZMQ_PROBE_ROUTER);
  }

  /**
   * Sends an empty message to each new peer, so that a ROUTER at the other end learns that this
   * socket is there, and its identity. ZeroMQ's PROBE_ROUTER. For ROUTER, DEALER and REQ. Before
   * bind and connect.
   *
   * @param probe true to send it
   * @return these options
   */
  public PatternOptions probeRouter(boolean probe) {
    return set(
        "probeRouter",
        ZMQ.ZMQ_PROBE_ROUTER,
        probe,
        SocketType.ROUTER,
        SocketType.DEALER,
        SocketType.REQ);
  }

  /**
   * The identity that was last given for a connect.
   *
   * @return the name, or null if none was given
   */
  public @Nullable String connectRoutingId() {
    return options.getText(ZMQ.ZMQ_CONNECT_RID);
  }

  /**
   * Gives the peer of the next connect an identity, by which messages can be sent to it at once,
   * whatever it calls itself. ZeroMQ's CONNECT_ROUTING_ID. For ROUTER and STREAM; before each
   * connect.
   *
   * @param identity a name of 1 to 255 bytes, not in use on this socket
   * @return these options
   */
  public PatternOptions connectRoutingId(String identity) {
    if (identity.isEmpty() || identity.length() > 255) {
      throw new IllegalArgumentException(
          "connectRoutingId must have 1 to 255 characters, not " + identity.length());
    }
    return set(
        "connectRoutingId", ZMQ.ZMQ_CONNECT_RID, identity, SocketType.ROUTER, SocketType.STREAM);
  }

  // --- REQ

  /**
   * Whether a request may follow one without a reply.
   *
   * @return false, the default, if requests and replies alternate
   */
  public boolean requestRelaxed() {
    return options.getBoolean(ZMQ.ZMQ_REQ_RELAXED);
  }

  /**
   * Lets a REQ send a request before it has received the reply to the one before, which it gives
   * up. ZeroMQ's REQ_RELAXED; together with {@link #requestCorrelate(boolean)}, or a late reply is
   * taken for the new one.
   *
   * @param relaxed true to allow it
   * @return these options
   */
  public PatternOptions requestRelaxed(boolean relaxed) {
    return set("requestRelaxed", ZMQ.ZMQ_REQ_RELAXED, relaxed, SocketType.REQ);
  }

  /**
   * Whether requests are numbered.
   *
   * @return true if only the reply to the last request is received
   */
  public boolean requestCorrelate() {
    return options.getBoolean(ZMQ.ZMQ_REQ_CORRELATE);
  }

  /**
   * Lets a REQ number its requests, in a frame of its own, and drop replies with another number.
   * ZeroMQ's REQ_CORRELATE.
   *
   * @param correlate true to number them
   * @return these options
   */
  public PatternOptions requestCorrelate(boolean correlate) {
    return set("requestCorrelate", ZMQ.ZMQ_REQ_CORRELATE, correlate, SocketType.REQ);
  }

  // --- XPUB

  /**
   * Whether every subscription is received.
   *
   * @return false, the default, if only the first of each topic is
   */
  public boolean xpubVerbose() {
    return options.getBoolean(ZMQ.ZMQ_XPUB_VERBOSE);
  }

  /**
   * Lets an XPUB receive every subscription, not only the first of each topic. ZeroMQ's
   * XPUB_VERBOSE.
   *
   * @param verbose true for all of them
   * @return these options
   */
  public PatternOptions xpubVerbose(boolean verbose) {
    return set("xpubVerbose", ZMQ.ZMQ_XPUB_VERBOSE, verbose, SocketType.XPUB);
  }

  /**
   * Whether every subscription and every end of one is received.
   *
   * @return false, the default, if only the first and the last of each topic are
   */
  public boolean xpubVerboser() {
    return options.getBoolean(ZMQ.ZMQ_XPUB_VERBOSER);
  }

  /**
   * Lets an XPUB receive every subscription and every end of one. ZeroMQ's XPUB_VERBOSER.
   *
   * @param verboser true for all of them
   * @return these options
   */
  public PatternOptions xpubVerboser(boolean verboser) {
    return set("xpubVerboser", ZMQ.ZMQ_XPUB_VERBOSER, verboser, SocketType.XPUB);
  }

  /**
   * Whether a send waits for full subscribers.
   *
   * @return false, the default, if their messages are dropped
   */
  public boolean xpubNoDrop() {
    return options.getBoolean(ZMQ.ZMQ_XPUB_NODROP);
  }

  /**
   * Lets sends of an XPUB wait while a subscriber is full, instead of dropping its messages.
   * ZeroMQ's XPUB_NODROP.
   *
   * @param noDrop true to wait
   * @return these options
   */
  public PatternOptions xpubNoDrop(boolean noDrop) {
    return set("xpubNoDrop", ZMQ.ZMQ_XPUB_NODROP, noDrop, SocketType.XPUB);
  }

  /**
   * Whether subscriptions are made by hand.
   *
   * @return false, the default, if they take effect by themselves
   */
  public boolean xpubManual() {
    return options.getBoolean(ZMQ.ZMQ_XPUB_MANUAL);
  }

  /**
   * Lets the subscriptions that an XPUB receives have no effect by themselves: its {@code
   * subscribe} and {@code unsubscribe} decide for the peer whose request was received last.
   * ZeroMQ's XPUB_MANUAL.
   *
   * @param manual true to decide by hand
   * @return these options
   */
  public PatternOptions xpubManual(boolean manual) {
    return set("xpubManual", ZMQ.ZMQ_XPUB_MANUAL, manual, SocketType.XPUB);
  }

  private PatternOptions set(String what, int option, Object value, SocketType... types) {
    options.requireType(what, types);
    options.set(option, value);
    return this;
  }
}
