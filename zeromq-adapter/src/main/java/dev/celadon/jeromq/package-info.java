/**
 * JeroMQ's classes for greenlets: programs written for JeroMQ run on a hub by a change of imports,
 * {@code org.zeromq.X} to {@code dev.celadon.jeromq.X}.
 *
 * <p>Names, return values, error numbers and {@link org.zeromq.ZMQException} are JeroMQ's; what
 * waits, waits on the hub. New programs find shorter words and typed exceptions in {@code
 * dev.celadon.zeromq}, on which this package sits. What differs from JeroMQ stands in {@code
 * docs/reference/from-jeromq.md}.
 *
 * <pre>{@code
 * try (ZContext context = new ZContext()) {
 *   ZMQ.Socket socket = context.createSocket(SocketType.REP);
 *   socket.bind("tcp://*:5555");
 *   while (!Thread.currentThread().isInterrupted()) {
 *     String request = socket.recvStr();
 *     socket.send("hello " + request);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.celadon.jeromq;

import org.jspecify.annotations.NullMarked;
