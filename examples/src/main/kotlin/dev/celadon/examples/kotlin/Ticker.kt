package dev.celadon.examples.kotlin

import dev.celadon.kotlin.SuspendingZmqSocket
import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqMessage
import java.io.PrintStream
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.drop
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onCompletion
import kotlinx.coroutines.flow.runningFold
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.launch
import org.zeromq.SocketType

/** Prices that are published, and a flow that makes news of them. */
fun ticker(out: PrintStream) {
    ZmqContext.open().use { context ->
        runSuspending {
            context.socket(SocketType.XPUB).use { exchange ->
                val endpoint = exchange.bind("tcp://127.0.0.1:*")
                val publisher = launch { publish(exchange.suspending()) }
                context.socket(SocketType.SUB).use { subscriber ->
                    subscriber.subscribe("jade").connect(endpoint)
                    highs(subscriber.suspending().messages().map { it.text(1).toInt() })
                        .take(4)
                        .onCompletion { out.println("enough") }
                        .collect { out.println("jade at $it, as never before") }
                }
                publisher.cancelAndJoin()
            }
        }
    }
}

/** A price for each name, again and again, once somebody wants to know. */
private suspend fun publish(exchange: SuspendingZmqSocket) {
    exchange.receive() // the subscription
    val prices = listOf(17, 17, 23, 19, 23, 31, 30, 29, 40, 41, 42)
    while (true) {
        for (price in prices) {
            exchange.send(ZmqMessage.of("pearl", "${100 - price}"))
            exchange.send(ZmqMessage.of("jade", "$price"))
            delay(10.milliseconds)
        }
    }
}

private fun highs(prices: Flow<Int>): Flow<Int> =
    prices.runningFold(0, ::maxOf).distinctUntilChanged().drop(1)
