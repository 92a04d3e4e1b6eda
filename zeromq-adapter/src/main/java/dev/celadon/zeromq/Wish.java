package dev.celadon.zeromq;

/** What is waited for, in reports. Immutable. */
record Wish(ZmqSocket socket, String what) {

  @Override
  public String toString() {
    return socket + " " + what;
  }
}
