package dev.celadon.examples

import dev.celadon.hub.Hub
import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.zeromq.ZmqContext
import java.io.PrintStream
import java.util.concurrent.Callable
import kotlinx.coroutines.launch
import org.zeromq.SocketType

/**
 * The gevent tutorial's ZeroMQ program with suspend functions: a REQ and a REP socket, one
 * coroutine each, nine rounds. Every wait for a message suspends, and the other side has its turn.
 */
fun zmqReqRepKotlin(
    args: Array<String>,
    out: PrintStream,
): Int =
    Hub.run(
        Callable {
            val endpoint = args.firstOrNull() ?: ZmqReqRep.ENDPOINT
            ZmqContext.open().use { context ->
                runSuspending {
                    launch { server(context, endpoint, out) }
                    launch { client(context, endpoint, out) }
                }
            }
            0
        }
    )

private suspend fun server(
    context: ZmqContext,
    endpoint: String,
    out: PrintStream,
) {
    context.socket(SocketType.REQ).use { socket ->
        socket.bind(endpoint)
        val messages = socket.suspending()
        for (request in 1..9) {
            messages.send("Hello")
            out.println("Switched to Server for $request")
            messages.receive() // the client's turn
        }
    }
}

private suspend fun client(
    context: ZmqContext,
    endpoint: String,
    out: PrintStream,
) {
    context.socket(SocketType.REP).use { socket ->
        socket.connect(endpoint)
        val messages = socket.suspending()
        for (request in 1..9) {
            messages.receive()
            out.println("Switched to Client for $request")
            messages.send("World") // the server's turn
        }
    }
}
