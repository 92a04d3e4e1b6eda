package dev.celadon.examples.patterns

import dev.celadon.kotlin.SuspendingZmqSocket
import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqSocket
import java.io.PrintStream
import java.util.SortedMap
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import org.zeromq.SocketType

/**
 * Publish and subscribe, with a cache in between that knows the last value of each topic: who
 * subscribes late gets it at once, and does not wait until the weather changes.
 */
fun weather(
    context: ZmqContext,
    out: PrintStream,
) = runSuspending {
    context.socket(SocketType.XPUB).use { socket ->
        val reports = socket.bind(Pattern.ANY_PORT)
        val station = socket.suspending()
        context.socket(SocketType.XPUB).use { frontend ->
            frontend.options().pattern().xpubVerbose(true) // tells of every subscriber
            val forecasts = frontend.bind(Pattern.ANY_PORT)
            val cache = launch { LastValues(frontend.suspending()).serve(context, reports) }
            station.receive() // the cache has subscribed

            subscribed(context, forecasts, "").use { early ->
                station.report("Cairo", 30)
                station.report("Oslo", 3)
                station.report("Rome", 21)
                out.println("early: ${early.hear(3)}")
            }
            subscribed(context, forecasts, "Rome").use { late ->
                out.println("late: ${late.hear(1)}")
                station.report("Oslo", 4)
                station.report("Rome", 22)
                out.println("late: ${late.hear(1)}")
            }
            cache.cancelAndJoin()
        }
    }
}

private suspend fun SuspendingZmqSocket.report(
    city: String,
    degrees: Int,
) = send(ZmqMessage.of(city, degrees.toString()))

private fun subscribed(
    context: ZmqContext,
    endpoint: String,
    city: String,
) = context.socket(SocketType.SUB).apply { subscribe(city).connect(endpoint) }

/** The next reports, of so many cities. */
private suspend fun ZmqSocket.hear(cities: Int): SortedMap<String, Int> {
    val heard = sortedMapOf<String, Int>()
    while (heard.size < cities) {
        val report = suspending().receive()
        heard[report.text(0)] = report.text(1).toInt()
    }
    return heard
}

/** Passes reports on, and repeats the last ones for whoever subscribes. */
private class LastValues(private val frontend: SuspendingZmqSocket) {

    private val reports = sortedMapOf<String, ZmqMessage>()

    suspend fun serve(
        context: ZmqContext,
        station: String,
    ) = coroutineScope {
        launch { repeatForSubscribers() }
        subscribed(context, station, "").use { backend ->
            backend.suspending().messages().collect { report ->
                reports[report.text(0)] = report
                frontend.send(report)
            }
        }
    }

    /** A subscription comes as a 1 and the topic, its end as a 0 and the topic. */
    private suspend fun repeatForSubscribers() {
        frontend.messages().collect { subscription ->
            val frame = subscription.frame(0).decodeToString()
            if (frame.startsWith('\u0001')) {
                reports
                    .filterKeys { it.startsWith(frame.drop(1)) }
                    .values
                    .forEach { frontend.send(it) }
            }
        }
    }
}
