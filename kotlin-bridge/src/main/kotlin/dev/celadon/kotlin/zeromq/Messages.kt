package dev.celadon.kotlin.zeromq

import dev.celadon.zeromq.ZmqMessage
import java.nio.ByteBuffer

/** Keeps the words of one ZeroMQ block from being used in another one within it. */
@DslMarker @Target(AnnotationTarget.CLASS) public annotation class ZmqDsl

/**
 * Makes a message of several frames:
 * ```
 * val message = zmqMessage {
 *     frame(identity)
 *     delimiter()
 *     frame("hello")
 * }
 * ```
 *
 * The frames are not copied: do not change their bytes any more.
 *
 * @throws IllegalArgumentException if [build] gives no frame
 */
public fun zmqMessage(build: MessageBuilder.() -> Unit): ZmqMessage =
    MessageBuilder().apply(build).message()

/**
 * The frames of a message that is being made; see [zmqMessage].
 *
 * Confined to who builds.
 */
@ZmqDsl
public class MessageBuilder internal constructor() {

    private val frames = ArrayList<ByteBuffer>()

    /** A message of a RADIO goes to this group; null for none. */
    public var group: String? = null

    /** A message of a SERVER goes to the CLIENT with this routing id; 0 for none. */
    public var routingId: Int = 0

    /** Adds a frame. */
    public fun frame(bytes: ByteArray) {
        frames += ByteBuffer.wrap(bytes)
    }

    /** Adds a frame of UTF-8. */
    public fun frame(text: String) {
        frame(text.toByteArray())
    }

    /** Adds a frame of the bytes from the buffer's position to its limit; the position stays. */
    public fun frame(bytes: ByteBuffer) {
        frames += bytes
    }

    /** Adds an empty frame, which ends the envelope of a REQ's message. */
    public fun delimiter() {
        frame(ByteArray(0))
    }

    /** Adds all frames of a message. */
    public fun frames(message: ZmqMessage) {
        for (index in 0 until message.size()) {
            frame(message.buffer(index))
        }
    }

    internal fun message(): ZmqMessage {
        require(frames.isNotEmpty()) { "a message has at least one frame: call frame(...)" }
        var message = ZmqMessage.of(*frames.toTypedArray())
        group?.let { message = message.withGroup(it) }
        return if (routingId == 0) message else message.withRoutingId(routingId)
    }
}

/**
 * Reads the frames of this message, one after the other, and gives what [read] gives:
 * ```
 * val (name, rest) = message.read { text() to rest() }
 * ```
 */
public inline fun <R> ZmqMessage.read(read: MessageReader.() -> R): R = MessageReader(this).read()

/**
 * Reads a message frame by frame. A read behind the last frame throws [NoSuchElementException].
 *
 * Confined to who reads.
 */
@ZmqDsl
public class MessageReader(private val message: ZmqMessage) {

    private var next = 0

    /** How many frames are still to be read. */
    public val remaining: Int
        get() = message.size() - next

    /** The next frame; its bytes are not to be changed. */
    public fun bytes(): ByteArray = message.frame(take())

    /** The next frame, read as UTF-8. */
    public fun text(): String = message.text(take())

    /** The next frame as a buffer, never copied; its bytes are not to be changed. */
    public fun buffer(): ByteBuffer = message.buffer(take())

    /** Leaves frames out. */
    public fun skip(frames: Int = 1) {
        repeat(frames) { take() }
    }

    /**
     * Reads the empty frame that ends an envelope.
     *
     * @throws IllegalStateException if the next frame is not empty
     */
    public fun delimiter() {
        val index = take()
        check(message.length(index) == 0) {
            "frame $index is to be the empty delimiter, and has ${message.length(index)} bytes: " +
                "$message"
        }
    }

    /** All frames that are left, as a message, to the same routing id and group. */
    public fun rest(): ZmqMessage {
        val from = next
        take()
        next = message.size()
        return message.skip(from)
    }

    private fun take(): Int {
        if (next >= message.size()) {
            throw NoSuchElementException("all ${message.size()} frames are read: $message")
        }
        return next++
    }
}

/** The frame with this number, from 0 on; its bytes are not to be changed. */
public operator fun ZmqMessage.get(index: Int): ByteArray = frame(index)

/** This message with a frame of UTF-8 behind it. */
public operator fun ZmqMessage.plus(text: String): ZmqMessage = append(text.toByteArray())

/** This message with a frame behind it. */
public operator fun ZmqMessage.plus(frame: ByteArray): ZmqMessage = append(frame)
