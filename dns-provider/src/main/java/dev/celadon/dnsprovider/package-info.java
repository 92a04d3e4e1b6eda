/**
 * The door for the look-ups of unmodified code that opens by itself: with this artifact on the
 * class path, {@code InetAddress.getByName} in a greenlet asks the resolver of its hub. There is
 * nothing here to call; see {@link dev.celadon.dns.PlatformDns}.
 */
@NullMarked
package dev.celadon.dnsprovider;

import org.jspecify.annotations.NullMarked;
