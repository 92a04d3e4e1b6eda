/**
 * ZeroMQ sockets whose every wait gives the turn back to the hub. JeroMQ does the protocol.
 *
 * <p>Stands on {@code dev.celadon.hub} and {@code dev.celadon.loop}, like any stranger's module
 * would.
 *
 * <pre>{@code
 * Hub.run(() -> {
 *   try (var context = ZmqContext.open()) {
 *     var server = context.socket(SocketType.REP);
 *     String endpoint = server.bind("tcp://127.0.0.1:*");
 *     spawn(() -> {
 *       while (true) {
 *         server.send("hello " + server.recvString());
 *       }
 *     });
 *     var client = context.socket(SocketType.REQ);
 *     client.connect(endpoint);
 *     client.send("world");
 *     IO.println(client.recvString());
 *   }
 * });
 * }</pre>
 */
@NullMarked
package dev.celadon.zeromq;

import org.jspecify.annotations.NullMarked;
