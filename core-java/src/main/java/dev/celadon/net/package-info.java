/**
 * Floor 5: the network. Sockets that look blocking and are not: whoever reads or writes gives the
 * turn to the other greenlets until there is something to read, or room to write.
 *
 * <pre>{@code
 * try (StreamSocket socket = StreamSocket.connect("example.org", 80)) {
 *   socket.write("HEAD / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
 *   socket.inputStream().transferTo(System.out);
 * }
 * }</pre>
 */
@NullMarked
package dev.celadon.net;

import org.jspecify.annotations.NullMarked;
