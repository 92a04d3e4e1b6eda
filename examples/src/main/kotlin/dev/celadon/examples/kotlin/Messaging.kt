package dev.celadon.examples.kotlin

import dev.celadon.kotlin.await
import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.sync.Event
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqSocket
import java.io.PrintStream
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.zeromq.SocketType

private const val CLIENTS = 50
private const val QUESTIONS = 10

/**
 * A service with a coroutine for each request. All of them take turns on one hub, so its figures
 * are plain fields.
 */
private class Service(socket: ZmqSocket) {

    private val messages = socket.suspending()
    private var working = 0
    private val busy = Event()

    /** Until it is cancelled; then every client that still waits is told. */
    suspend fun serve(): Unit = coroutineScope {
        messages.messages().collect { request -> launch { answer(request) } }
    }

    /** A request is a number of milliseconds. */
    private suspend fun answer(message: ZmqMessage) {
        val request = message.unwrap()
        working++
        busy.set()
        try {
            val millis = request.content().text(0).toInt()
            delay(millis.milliseconds)
            messages.send(request.reply(ZmqMessage.of("done $millis")))
        } catch (stopping: CancellationException) {
            withContext(NonCancellable) {
                messages.send(request.reply(ZmqMessage.of("the service has stopped")))
            }
            throw stopping
        } finally {
            if (--working == 0) {
                busy.clear()
            }
        }
    }

    suspend fun awaitRequest() = busy.await()
}

private suspend fun ask(
    context: ZmqContext,
    endpoint: String,
    questions: List<Int>,
): List<String> =
    context.socket(SocketType.REQ).use { socket ->
        socket.connect(endpoint)
        val messages = socket.suspending()
        questions.map { millis ->
            messages.send("$millis")
            messages.receiveString()
        }
    }

/** Many clients, then the end of the service while one of them waits. */
fun messaging(out: PrintStream) {
    ZmqContext.open().use { context ->
        runSuspending {
            context.socket(SocketType.ROUTER).use { socket ->
                val endpoint = socket.bind("tcp://127.0.0.1:*")
                val service = Service(socket)
                val serving = launch { service.serve() }

                val questions = List(QUESTIONS) { 10 * (it + 1) }
                val clients = List(CLIENTS) { async { ask(context, endpoint, questions) } }
                val answers = clients.awaitAll()
                val right = questions.map { "done $it" }
                out.println("${answers.size} clients, ${answers.count { it == right }} content")

                val late = async { ask(context, endpoint, listOf(60_000)) }
                service.awaitRequest()
                serving.cancelAndJoin()
                out.println("late: ${late.await()}")
            }
        }
    }
}
