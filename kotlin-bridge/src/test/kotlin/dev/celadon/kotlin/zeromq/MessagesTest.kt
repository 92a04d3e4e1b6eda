package dev.celadon.kotlin.zeromq

import dev.celadon.zeromq.ZmqMessage
import java.nio.ByteBuffer
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test

class MessagesTest {

    @Test
    fun aMessageIsBuiltFrameByFrame() {
        val message = zmqMessage {
            frame(byteArrayOf(1, 2))
            delimiter()
            frame("text")
            frame(ByteBuffer.wrap(byteArrayOf(7, 8, 9), 1, 1))
            frames(ZmqMessage.of("a", "b"))
        }
        assertEquals(6, message.size())
        assertArrayEquals(byteArrayOf(1, 2), message[0])
        assertEquals(0, message.length(1))
        assertEquals("text", message.text(2))
        assertArrayEquals(byteArrayOf(8), message[3])
        assertEquals("b", message.text(5))
    }

    @Test
    fun whomAMessageIsForIsToldOnTheWay() {
        val grouped = zmqMessage {
            group = "weather"
            frame("sun")
        }
        assertEquals("weather", grouped.group())
        val addressed = zmqMessage {
            routingId = 7
            frame("you")
        }
        assertEquals(7, addressed.routingId())
    }

    @Test
    fun aMessageWithoutFramesIsRefused() {
        assertThrows(IllegalArgumentException::class.java) { zmqMessage {} }
    }

    @Test
    fun aMessageIsReadFrameByFrame() {
        val message = ZmqMessage.of("id", "", "name", "x", "y")
        val (id, name, rest) =
            message.read {
                val id = text()
                delimiter()
                Triple(id, text(), rest())
            }
        assertEquals("id", id)
        assertEquals("name", name)
        assertEquals(ZmqMessage.of("x", "y"), rest)
        assertEquals(
            "y",
            message.read {
                skip(4)
                text()
            },
        )
        assertEquals(
            4,
            message.read {
                bytes()
                remaining
            },
        )
        assertEquals("id", message.read { Charsets.UTF_8.decode(buffer()).toString() })
    }

    @Test
    fun readingTooMuchOrTheWrongThingIsToldAtOnce() {
        val message = ZmqMessage.of("a")
        assertThrows(NoSuchElementException::class.java) { message.read { skip(2) } }
        assertThrows(NoSuchElementException::class.java) {
            message.read {
                text()
                rest()
            }
        }
        assertThrows(IllegalStateException::class.java) { message.read { delimiter() } }
    }

    @Test
    fun framesAreAdded() {
        val message = ZmqMessage.of("a") + "b" + byteArrayOf(99)
        assertEquals(ZmqMessage.of("a", "b", "c"), message)
    }
}
