package dev.celadon.kotlin.zeromq

import dev.celadon.hub.Body
import dev.celadon.hub.Hub
import dev.celadon.kotlin.runInGreenlet
import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.zeromq.ContextOptions
import dev.celadon.zeromq.SocketOptions
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqEvent
import dev.celadon.zeromq.ZmqMessage
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class TypedSocketsTest {

    private fun inContext(body: suspend CoroutineScope.(ZmqContext) -> Unit) =
        Hub.run(Body { ZmqContext.open().use { context -> runSuspending { body(context) } } })

    @Test
    fun aPipeline() = inContext { context ->
        PullSocket(context).use { pull ->
            PushSocket(context) { sendHighWaterMark = 5 }
                .use { push ->
                    push.connect(pull.bind("tcp://127.0.0.1:*"))
                    push.send("one")
                    push.send {
                        frame("two")
                        frame("parts")
                    }
                    assertTrue(push.trySend(ZmqMessage.of("three")).isSuccess)
                    assertEquals("one", pull.receiveString())
                    assertEquals(ZmqMessage.of("two", "parts"), pull.receive())
                    assertEquals("three", pull.messages().first().text(0))
                    assertTrue(pull.tryReceive().isFailure)
                    assertEquals(5, push.options.sendHighWaterMark)
                }
        }
    }

    @Test
    fun requestsAndReplies() = inContext { context ->
        RepSocket(context).use { reply ->
            ReqSocket(context).use { request ->
                request.connect(reply.bind("inproc://service"))
                val server = launch { reply.serve { ZmqMessage.of("re:" + it.text(0)) } }
                assertEquals("re:a", request.request("a"))
                assertEquals(ZmqMessage.of("re:b"), request.request(ZmqMessage.of("b", "c")))
                reply.close()
                server.join()
                assertFalse(server.isCancelled)
            }
        }
    }

    @Test
    fun aCancelledRequestDoesNoHarmToARelaxedSocket() = inContext { context ->
        RepSocket(context).use { reply ->
            ReqSocket(context) {
                    relaxed = true
                    correlate = true
                }
                .use { request ->
                    request.connect(reply.bind("tcp://127.0.0.1:*"))
                    val patient =
                        launch(start = CoroutineStart.UNDISPATCHED) {
                            request.request("first")
                        }
                    val question = reply.receive()
                    patient.cancelAndJoin()
                    reply.send("late answer to " + question.text(0))
                    val second = async { request.request("second") }
                    launch { reply.send(reply.receive()) }
                    assertEquals("second", second.await())
                }
        }
    }

    @Test
    fun publishersAndSubscribers() = inContext { context ->
        XPubSocket(context) { verbose = true }
            .use { pub ->
                SubSocket(context).use { sub ->
                    sub.connect(pub.bind("tcp://127.0.0.1:*"))
                    sub.subscribe("weather")
                    val subscription = pub.subscriptions().first()
                    assertTrue(subscription.isBegin)
                    assertEquals("weather", subscription.prefix.decodeToString())
                    assertEquals("subscription to weather", subscription.toString())
                    pub.send("sport 1")
                    pub.send("weather sun")
                    assertEquals("weather sun", sub.receiveString())
                    sub.unsubscribe("weather")
                    assertFalse(pub.subscriptions().first().isBegin)
                }
            }
    }

    @Test
    fun subscriptionsPassThroughXSub() = inContext { context ->
        XPubSocket(context).use { pub ->
            XSubSocket(context).use { sub ->
                sub.connect(pub.bind("inproc://news"))
                sub.subscribe("a".toByteArray())
                assertEquals("a", pub.subscriptions().first().prefix.decodeToString())
                pub.send {
                    frame("a")
                    frame("content")
                }
                assertEquals("content", sub.receive().text(1))
                sub.unsubscribe("a".toByteArray())
                assertFalse(pub.subscriptions().first().isBegin)
            }
        }
    }

    @Test
    fun publishSendsATopicAndItsContent() = inContext { context ->
        PubSocket(context).use { pub ->
            SubSocket(context).use { sub ->
                sub.subscribe()
                val endpoint = pub.bind("tcp://127.0.0.1:*")
                sub.connect(endpoint)
                pub.awaitConnected()
                val received = async { sub.receive() }
                while (!received.isCompleted) { // until the subscription has arrived
                    pub.publish("topic", "content")
                    yield()
                }
                assertEquals(ZmqMessage.of("topic", "content"), received.await())
            }
        }
    }

    @Test
    fun routersAndDealers() = inContext { context ->
        RouterSocket(context) { mandatory = true }
            .use { router ->
                DealerSocket(context) { identity = "me".toByteArray() }
                    .use { dealer ->
                        dealer.connect(router.bind("tcp://127.0.0.1:*"))
                        dealer.send("hello")
                        val (identity, text) = router.receive().read { bytes() to text() }
                        assertEquals("hello", text)
                        router.sendTo(identity, ZmqMessage.of("me too"))
                        assertEquals("me too", dealer.receiveString())
                        assertTrue(router.options.mandatory)
                    }
            }
    }

    @Test
    fun pairs() = inContext { context ->
        PairSocket(context).use { one ->
            PairSocket(context).use { other ->
                other.connect(one.bind("inproc://pair"))
                one.send("there")
                assertEquals("there", other.receiveString())
                other.send("back")
                assertEquals("back", one.receiveString())
            }
        }
    }

    @Test
    fun draftSockets() = inContext { context ->
        ServerSocket(context).use { server ->
            ClientSocket(context).use { client ->
                client.connect(server.bind("tcp://127.0.0.1:*"))
                client.send("question")
                val question = server.receive()
                server.reply(question, ZmqMessage.of("answer"))
                assertEquals("answer", client.receiveString())
            }
        }
        ScatterSocket(context).use { scatter ->
            GatherSocket(context).use { gather ->
                scatter.connect(gather.bind("inproc://gather"))
                scatter.send("x")
                assertEquals("x", gather.receiveString())
            }
        }
        ChannelSocket(context).use { one ->
            ChannelSocket(context).use { other ->
                other.connect(one.bind("inproc://channel"))
                other.send("x")
                assertEquals("x", one.receiveString())
            }
        }
    }

    @Test
    fun radioAndDish() = inContext { context ->
        RadioSocket(context).use { radio ->
            DishSocket(context).use { dish ->
                dish.join("weather")
                dish.connect(radio.bind("inproc://radio"))
                val received = async { dish.receive() }
                while (!received.isCompleted) {
                    radio.send("weather", "sun")
                    yield()
                }
                assertEquals("sun", received.await().text(0))
                assertEquals("weather", received.await().group())
                dish.leave("weather")
            }
        }
    }

    @Test
    fun peers() = inContext { context ->
        PeerSocket(context).use { one ->
            PeerSocket(context).use { other ->
                val there = other.connectPeer(one.bind("tcp://127.0.0.1:*"))
                other.sendTo(there, ZmqMessage.of("question"))
                one.reply(one.receive(), ZmqMessage.of("answer"))
                assertEquals("answer", other.receiveString())
            }
        }
    }

    // --- Options

    @Test
    fun optionsAreSetInKotlinsWords() = inContext { context ->
        PullSocket(context).use { pull ->
            val view = pull.socket.suspending()
            view.options {
                plainClient("user", "secret")
                linger = 5.seconds
                heartbeat(1.seconds, 3.seconds)
                receiveHighWaterMark = 7
                maxMessageSize = 1_000
                onlyConnected = true
                conflate = true
                reconnectInterval = 200.milliseconds
                reconnectIntervalMax = 2.seconds
                handshakeTimeout = 4.seconds
                ipv6 = true
                identity = byteArrayOf(1)
            }
            val all = pull.socket.options()
            assertEquals(java.time.Duration.ofSeconds(5), all.linger())
            assertEquals("user", all.security().plainUserName())
            assertEquals(java.time.Duration.ofSeconds(1), all.connection().heartbeatInterval())
            assertEquals(7, view.options.receiveHighWaterMark)
            assertEquals(1_000, view.options.maxMessageSize)
            assertTrue(view.options.onlyConnected && view.options.conflate && view.options.ipv6)
            assertEquals(200.milliseconds, view.options.reconnectInterval)
            assertEquals(2.seconds, view.options.reconnectIntervalMax)
            assertEquals(4.seconds, view.options.handshakeTimeout)
            assertEquals(listOf<Byte>(1), view.options.identity.toList())
            view.options.linger = Duration.INFINITE
            assertEquals(SocketOptions.FOREVER, all.linger())
            assertEquals(Duration.INFINITE, view.options.linger)
            view.options.linger = Duration.ZERO
        }
    }

    @Test
    fun aSocketWhoseOptionsAreRefusedIsClosed() = inContext { context ->
        val refused = runCatching { PullSocket(context) { receiveHighWaterMark = -1 } }
        assertTrue(refused.exceptionOrNull() is IllegalArgumentException)
        assertEquals(emptyList<Any>(), context.sockets())
    }

    // --- Events

    @Test
    fun whatHappensToConnectionsIsAFlow() = inContext { context ->
        PullSocket(context).use { pull ->
            val greeted =
                async(start = CoroutineStart.UNDISPATCHED) {
                    pull.events().first { it is ZmqEvent.HandshakeSucceeded }
                }
            val all = async(start = CoroutineStart.UNDISPATCHED) { pull.events().toList() }
            val endpoint = pull.bind("tcp://127.0.0.1:*")
            val push = PushSocket(context)
            push.connect(endpoint)
            push.awaitConnected()
            pull.awaitConnected(1)
            assertTrue(greeted.await() is ZmqEvent.HandshakeSucceeded)
            push.close()
            pull.close()
            val told = all.await()
            assertTrue(told.first() is ZmqEvent.Listening, "$told")
            assertTrue(told.any { it is ZmqEvent.Accepted })
        }
    }

    @Test
    fun eventsComeFromJeroMqsOwnThreadsToo() =
        Hub.run(
            Body {
                val threads = ContextOptions.defaults().withIo(dev.celadon.zeromq.IoMode.THREAD)
                ZmqContext.open(threads).use { context ->
                    runSuspending {
                        PullSocket(context).use { pull ->
                            val events =
                                async(start = CoroutineStart.UNDISPATCHED) {
                                    pull.events().take(2).toList()
                                }
                            val endpoint = pull.bind("tcp://127.0.0.1:*")
                            PushSocket(context).use { push ->
                                push.connect(endpoint)
                                assertEquals(2, events.await().size)
                            }
                        }
                    }
                }
            }
        )

    @Test
    fun greenletsAndCoroutinesShareASocket() = inContext { context ->
        PullSocket(context).use { pull ->
            PushSocket(context).use { push ->
                push.connect(pull.bind("inproc://shared"))
                val received = async { pull.messages().take(2).toList().map { it.text(0) } }
                yield()
                runInGreenlet {
                    push.socket.send("a")
                    push.socket.send("b")
                }
                assertEquals(listOf("a", "b"), received.await())
            }
        }
    }
}
