package dev.celadon.kotlin

import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.Hub
import dev.celadon.net.ConnectOptions
import dev.celadon.net.StreamSocket
import dev.celadon.net.TlsOptions
import dev.celadon.net.TlsSocket
import dev.celadon.net.Transport
import java.io.IOException
import java.net.SocketAddress
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/**
 * Connects to an address, for use on this hub: the suspending twin of [StreamSocket.connect].
 * Suspends.
 *
 * If the coroutine is cancelled, the attempt is given up; a connection that stood already is
 * closed. Can be called on any dispatcher.
 *
 * @param address an [java.net.InetSocketAddress], whose name is looked up if it is not yet, or a
 *   [java.net.UnixDomainSocketAddress]
 * @param options how
 * @return the connected socket; see [suspending]
 * @throws java.net.SocketTimeoutException if the connection did not stand within the options'
 *   timeout
 * @throws IOException if it cannot be connected to
 */
public suspend fun Hub.connect(
    address: SocketAddress,
    options: ConnectOptions = ConnectOptions.defaults(),
): StreamSocket = connecting { StreamSocket.connect(address, options) }

/**
 * Connects to a host, for use on this hub: tries its addresses of both families one after the
 * other, and at once where the first is slow. Suspends. See the one for an address.
 *
 * @param host a name or an address
 * @param port 1 to 65535
 * @param options how
 * @throws java.net.UnknownHostException if the name has no address
 * @throws IOException if no address can be connected to
 */
public suspend fun Hub.connect(
    host: String,
    port: Int,
    options: ConnectOptions = ConnectOptions.defaults(),
): StreamSocket = connecting { StreamSocket.connect(host, port, options) }

/**
 * Connects to a host and does the TLS handshake, for use on this hub: the suspending twin of
 * [TlsSocket.connect]. Suspends. A cancellation is as with [connect].
 *
 * @param host a name or an address, for which the server must have a certificate
 * @param port 1 to 65535
 * @param options how
 * @throws javax.net.ssl.SSLHandshakeException if the server is not trusted, or the two agree on
 *   nothing
 * @throws IOException if the host cannot be connected to
 */
public suspend fun Hub.connectTls(
    host: String,
    port: Int,
    options: TlsOptions = TlsOptions.defaults(),
): TlsSocket = connecting { TlsSocket.connect(host, port, options) }

/** One greenlet for each connect, which looks names up and tries several addresses. */
private suspend fun <T : Transport> Hub.connecting(connect: () -> T): T {
    val context = currentCoroutineContext()
    context.ensureActive()
    val greenlet = Greenlet(this) { Frame.enter(context, connect) }.named("connect")
    try {
        greenlet.endWithCoroutine(start = true)
    } catch (cancelled: CancellationException) {
        if (greenlet.isSuccessful && !greenlet.isCancelled) {
            greenlet.result().close() // nobody else would
        }
        throw greenlet.exception() ?: cancelled
    }
    return greenlet.resultUnlessKilled()
}
