package dev.celadon.examples.kotlin

import dev.celadon.kotlin.SuspendingTransport
import dev.celadon.kotlin.connect
import dev.celadon.kotlin.currentHub
import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.net.StreamListener
import java.io.PrintStream
import java.net.InetSocketAddress
import java.nio.ByteBuffer
import kotlin.text.Charsets.UTF_8
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

/** A coroutine for each connection, until it is cancelled. */
private suspend fun serve(listener: StreamListener): Unit = coroutineScope {
    listener.suspending().connections().collect { socket ->
        launch { socket.use { shoutBack(it.suspending()) } }
    }
}

private suspend fun shoutBack(socket: SuspendingTransport) {
    socket.incoming().collect { piece ->
        socket.write(UTF_8.decode(piece).toString().uppercase().toByteArray())
    }
}

private suspend fun call(
    port: Int,
    words: String,
): String =
    currentHub().connect("127.0.0.1", port).use { socket ->
        val answer = ByteBuffer.allocate(words.length)
        socket.suspending().write(words.toByteArray())
        socket.suspending().readFully(answer)
        UTF_8.decode(answer.flip()).toString()
    }

/** A server on TCP, three callers at once, and one who waits for an answer without a question. */
fun sockets(out: PrintStream) {
    StreamListener.bind(InetSocketAddress("127.0.0.1", 0)).use { listener ->
        runSuspending {
            val server = launch { serve(listener) }
            listOf("hello", "hey", "is anybody there?")
                .map { words -> async { call(listener.port(), words) } }
                .awaitAll()
                .forEach(out::println)
            currentHub().connect("127.0.0.1", listener.port()).use { socket ->
                val heard =
                    withTimeoutOrNull(20.milliseconds) {
                        socket.suspending().read(ByteBuffer.allocate(1))
                    }
                out.println("without a question: $heard")
                socket.suspending().write("hm".toByteArray()) // it is as good as before
                val answer = ByteBuffer.allocate(2)
                socket.suspending().readFully(answer)
                out.println(UTF_8.decode(answer.flip()))
            }
            server.cancelAndJoin()
        }
    }
}
