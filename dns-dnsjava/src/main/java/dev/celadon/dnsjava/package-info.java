/**
 * Look-ups without threads: {@link dev.celadon.dnsjava.DnsjavaResolver} sends its questions over
 * sockets of the hub. For programs with very many look-ups at once, or with name servers of their
 * own.
 *
 * <pre>{@code
 * Dns.use(DnsjavaResolver.system());
 * }</pre>
 */
@NullMarked
package dev.celadon.dnsjava;

import org.jspecify.annotations.NullMarked;
