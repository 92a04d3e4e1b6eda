package dev.celadon.examples.kotlin

import dev.celadon.Greenlets.sleep
import dev.celadon.Greenlets.spawn
import dev.celadon.greenlet.GreenletLocal
import dev.celadon.greenlet.Timeout
import dev.celadon.greenlet.TimeoutExpired
import dev.celadon.hub.BlockingSwitchOut
import dev.celadon.hub.Body
import dev.celadon.hub.Hub
import dev.celadon.hub.HubOptions
import dev.celadon.kotlin.GreenletKilledException
import dev.celadon.kotlin.HubScope
import dev.celadon.kotlin.asContextElement
import dev.celadon.kotlin.asCoroutineDispatcher
import dev.celadon.kotlin.await
import dev.celadon.kotlin.awaitEnd
import dev.celadon.kotlin.awaitInGreenlet
import dev.celadon.kotlin.collectTo
import dev.celadon.kotlin.currentHub
import dev.celadon.kotlin.greenlet
import dev.celadon.kotlin.iterateInGreenlet
import dev.celadon.kotlin.offload
import dev.celadon.kotlin.produceFrom
import dev.celadon.kotlin.runInGreenlet
import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.kotlin.withPermit
import dev.celadon.kotlin.zeromq.RepSocket
import dev.celadon.kotlin.zeromq.ReqSocket
import dev.celadon.kotlin.zeromq.read
import dev.celadon.kotlin.zeromq.zmqMessage
import dev.celadon.queue.Queue
import dev.celadon.simulation.VirtualClock
import dev.celadon.sync.AsyncResult
import dev.celadon.sync.Event
import dev.celadon.sync.RLock
import dev.celadon.sync.Semaphore
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqMessage
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.withLock
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.zeromq.SocketType

/**
 * The samples of `docs/guide/kotlin.md`. Each stands there word for word, and prints what is shown
 * there.
 */
class Sample(val name: String, val run: () -> Unit)

/** On a plain thread. */
private fun onThread(
    name: String,
    body: () -> Unit,
) = Sample(name, body)

/** In a greenlet. */
private fun inGreenlet(
    name: String,
    body: () -> Unit,
) =
    Sample(name) {
        val options = HubOptions.defaults().withName("guide").withClock(VirtualClock())
        Hub.run(options, Body { body() })
    }

/** In a coroutine on a hub. */
private fun inCoroutine(
    name: String,
    body: suspend CoroutineScope.() -> Unit,
) = inGreenlet(name) { runSuspending(block = body) }

// sample first
fun main() {
    Hub.run(
        Body {
            val orders = Queue<String>()
            spawn { // a greenlet, in blocking-style calls
                for (order in listOf("tea", "cake")) {
                    sleep(Duration.ofMillis(10))
                    orders.put(order)
                }
                orders.shutdown()
            }
            runSuspending { // coroutines on the same hub
                launch { println("waiting for orders") }
                orders.suspending().receiveAsFlow().collect { println("here is your $it") }
            }
        }
    )
}

private fun fetch(row: Int): String { // blocking style
    sleep(Duration.ofMillis(10))
    return "row $row"
}

private suspend fun load(row: Int): String = runInGreenlet { fetch(row) }

private fun report(): String = runSuspending {
    (1..3).map { async { load(it) } }.awaitAll().joinToString()
}

@JvmField
val SAMPLES: List<Sample> =
    listOf(
        onThread("first") { main() },
        inCoroutine("order") {
            launch { println("coroutine 1") }
            spawn { println("greenlet 1") }
            launch { println("coroutine 2") }
            spawn { println("greenlet 2") }
            yield()
            println("and back")
        },
        onThread("scope") {
            val hub = Hub.start("orders")
            val scope = HubScope(hub)
            val started = Event()
            val job = scope.launch {
                println("on ${currentHub()}")
                try {
                    started.set()
                    awaitCancellation()
                } finally {
                    println("its hub closes")
                }
            }
            started.waitUntilSet() // this thread waits
            hub.close()
            runBlocking { job.join() } // what it cleans up may outlive its hub
        },
        onThread("with-context") {
            Hub.start("orders").use { hub ->
                runBlocking {
                    val where = withContext(hub.asCoroutineDispatcher()) { "${currentHub()}" }
                    println("was on $where")
                }
            }
        },
        inCoroutine("greenlet") {
            val sum =
                greenlet(currentHub(), CoroutineName("sum")) {
                    delay(10.milliseconds)
                    1 + 2
                }
            val reader = spawn {
                println("${sum.name()} is ${sum.result()}")
            } // waits in a greenlet
            reader.awaitEnd()
        },
        inGreenlet("crossing") { println(report()) },
        inGreenlet("await-in-greenlet") {
            runSuspending {
                val sum = async {
                    delay(10.milliseconds)
                    1 + 2
                }
                runInGreenlet { println("the sum is ${sum.awaitInGreenlet()}") }
            }
        },
        inCoroutine("cancel-kills") {
            val job = launch {
                runInGreenlet {
                    try {
                        sleep(Duration.ofHours(1))
                    } finally {
                        println("the greenlet was killed")
                    }
                }
            }
            delay(10.milliseconds)
            job.cancelAndJoin()
            println("the coroutine is over")
        },
        inGreenlet("kill-cancels") {
            val greenlet = spawn {
                runSuspending {
                    try {
                        delay(1.hours)
                    } finally {
                        println("the coroutine was cancelled")
                    }
                }
            }
            sleep(Duration.ofMillis(10))
            greenlet.kill()
            println("the greenlet is over")
        },
        inCoroutine("killed-by-another") {
            val worker = spawn { sleep(Duration.ofHours(1)) }
            spawn { worker.kill() }
            try {
                worker.await()
            } catch (killed: GreenletKilledException) {
                println("no result: ${killed.greenlet === worker}")
            }
            println("and this coroutine lives")
        },
        inCoroutine("failures") {
            val broken = spawn { throw IOException("no route") }
            try {
                broken.await()
            } catch (failure: IOException) {
                println("a greenlet failed: ${failure.message}")
            }
            runInGreenlet {
                try {
                    runSuspending { throw IOException("no answer") }
                } catch (failure: IOException) {
                    println("a coroutine failed: ${failure.message}")
                }
            }
        },
        inCoroutine("time-limits") {
            val row =
                withTimeoutOrNull(50.milliseconds) {
                    runInGreenlet {
                        sleep(Duration.ofSeconds(1))
                        "row"
                    }
                }
            println("within 50 ms: $row")
            runInGreenlet {
                try {
                    Timeout.withTimeout(Duration.ofMillis(50)) {
                        runSuspending { delay(1.seconds) }
                    }
                } catch (expired: TimeoutExpired) {
                    println(expired.message)
                }
            }
        },
        inCoroutine("sync") {
            val open = Event()
            val price = AsyncResult<Int>()
            spawn {
                sleep(Duration.ofMillis(10))
                open.set()
                price.set(7)
            }
            open.await()
            println("open, at ${price.await()}")

            val tables = Semaphore(2)
            repeat(3) { guest ->
                launch {
                    tables.withPermit {
                        println("guest $guest sits down")
                        delay(10.milliseconds)
                    }
                }
            }
        },
        inCoroutine("locks") {
            val lock = RLock()
            var balance = 100
            val teller = spawn {
                lock.withLock { // the lock's Java face is java.util.concurrent's
                    balance -= 30
                    sleep(Duration.ofMillis(10))
                    println("paid out, $balance left")
                }
            }
            delay(5.milliseconds)
            lock.suspending().withLock {
                balance += 5
                delay(10.milliseconds)
                println("paid in, $balance now")
            }
            teller.awaitEnd()
        },
        inCoroutine("queues") {
            val orders = Queue<String>(1)
            val cook = spawn {
                for (order in orders) {
                    println("cooking $order")
                }
            }
            flowOf("tea", "cake", "soup").onEach { println("$it, please") }.collectTo(orders)
            orders.shutdown()
            cook.awaitEnd()
        },
        inGreenlet("flow-in-greenlet") {
            val countdown = flow {
                for (seconds in 3 downTo 1) {
                    emit(seconds)
                    delay(1.seconds)
                }
            }
            countdown.iterateInGreenlet().use { left ->
                for (seconds in left) { // waits in this greenlet
                    println("$seconds")
                }
            }
        },
        inCoroutine("select") {
            val orders = Queue<String>(listOf("tea"))
            val cancellations = Queue<String>()
            val ordered = produceFrom(orders)
            val cancelled = produceFrom(cancellations)
            repeat(2) {
                select {
                    ordered.onReceive { println("ordered: $it") }
                    cancelled.onReceive { println("cancelled: $it") }
                }
                cancellations.put("cake")
            }
            ordered.cancel() // what was taken ahead returns to the queue
            cancelled.cancel()
        },
        inGreenlet("zeromq") {
            ZmqContext.open().use { context ->
                runSuspending {
                    val server = context.socket(SocketType.REP)
                    val endpoint = server.bind("tcp://127.0.0.1:*")
                    val serving = launch {
                        val requests = server.suspending()
                        requests.messages().collect { requests.send("hello ${it.text(0)}") }
                    }
                    context.socket(SocketType.REQ).use { client ->
                        client.connect(endpoint)
                        client.suspending().send("world")
                        println(client.suspending().receiveString())
                    }
                    server.close() // ends the flow
                    serving.join()
                }
            }
        },
        inGreenlet("typed-zeromq") {
            ZmqContext.open().use { context ->
                runSuspending {
                    RepSocket(context).use { server ->
                        val endpoint = server.bind("tcp://127.0.0.1:*")
                        launch {
                            server.serve { request ->
                                zmqMessage {
                                    frame("hello")
                                    frames(request)
                                }
                            }
                        }
                        ReqSocket(context) { linger = 2.seconds }
                            .use { client ->
                                client.connect(endpoint)
                                println(
                                    client.request(ZmqMessage.of("world")).read {
                                        text() + " " + text()
                                    }
                                )
                            }
                    }
                }
            }
        },
        inCoroutine("locals") {
            val user = GreenletLocal.withInitial { "nobody" }
            launch(user.asContextElement("Ann")) {
                println("before: ${user.get()}")
                delay(10.milliseconds)
                println("after: ${user.get()}")
            }
            spawn { println("a greenlet: ${user.get()}") }
            delay(20.milliseconds)
            println("another coroutine: ${user.get()}")
        },
        inCoroutine("offload") {
            val letGo = CountDownLatch(1)
            launch {
                println("the hub goes on")
                letGo.countDown()
            }
            offload { letGo.await() } // blocks a thread of the hub's pool
            println("and the thread is free again")
        },
        inCoroutine("blocking") {
            try {
                sleep(Duration.ofMillis(10))
            } catch (refused: BlockingSwitchOut) {
                println(refused.message)
            }
        },
    )
