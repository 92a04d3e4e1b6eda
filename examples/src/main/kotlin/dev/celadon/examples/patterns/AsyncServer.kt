package dev.celadon.examples.patterns

import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqSocket
import java.io.PrintStream
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.zeromq.SocketType

/**
 * A server that begins with the next request while it works on others, and clients that ask again
 * before they are answered. Each request has a coroutine; the slow ones are overtaken.
 */
fun asyncServer(
    context: ZmqContext,
    out: PrintStream,
) = runSuspending {
    context.socket(SocketType.ROUTER).use { socket ->
        val endpoint = socket.bind(Pattern.ANY_PORT)
        val server = launch { serve(socket) }
        val clients = (1..3).map { client -> async { client(context, endpoint, client) } }
        clients.awaitAll().forEach(out::println)
        server.cancelAndJoin()
    }
}

/** What comes is (client, milliseconds of work). */
private suspend fun serve(socket: ZmqSocket): Unit = coroutineScope {
    val messages = socket.suspending()
    messages.messages().collect { request ->
        launch {
            delay(request.text(1).toInt().milliseconds)
            messages.send(request)
        }
    }
}

private suspend fun client(
    context: ZmqContext,
    endpoint: String,
    client: Int,
): String =
    context.socket(SocketType.DEALER).use { socket ->
        socket.connect(endpoint)
        val messages = socket.suspending()
        val requests = listOf(150, 100, 50, 0)
        requests.forEach { millis -> messages.send(ZmqMessage.of("$millis")) }
        val answers = requests.map { messages.receiveString() }
        "client $client asked for $requests and got $answers"
    }
