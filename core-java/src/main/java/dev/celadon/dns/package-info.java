/**
 * Floor 4: names and addresses. {@link dev.celadon.dns.Dns} asks for them by the {@link
 * dev.celadon.dns.Resolver} of the hub, which is the system's own on threads beside the hub ({@link
 * dev.celadon.dns.PlatformResolver}) unless a program chooses another.
 *
 * <pre>{@code
 * List<InetAddress> addresses = Dns.lookup("example.org");
 * }</pre>
 */
@NullMarked
package dev.celadon.dns;

import org.jspecify.annotations.NullMarked;
