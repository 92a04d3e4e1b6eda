package dev.celadon.examples.kotlin

import dev.celadon.hub.Body
import dev.celadon.hub.Hub
import dev.celadon.hub.HubOptions
import java.io.PrintStream

/**
 * A program in Kotlin, as `docs/guide/kotlin.md` shows it. It ends by itself.
 *
 * @property name what it is called on the command line, behind `kotlin/`
 * @property does what it does, in one line
 */
class KotlinProgram
private constructor(
    val name: String,
    val does: String,
    private val body: (PrintStream) -> Unit,
) {
    /** Runs it on a hub of its own, in real time, and prints to the console. */
    fun run() = run(HubOptions.defaults(), System.out)

    /** Runs it in the first greenlet of a hub. */
    fun run(
        options: HubOptions,
        out: PrintStream,
    ) = Hub.run(options, Body { body(out) })

    override fun toString(): String = name

    companion object {
        /** All programs, simple ones first. */
        @JvmField
        val ALL: List<KotlinProgram> =
            listOf(
                KotlinProgram(
                    "fan-out",
                    "a coroutine asks three shops at once, a greenlet each",
                    ::fanOut,
                ),
                KotlinProgram(
                    "chat",
                    "actors: a room with a mailbox, in it a coroutine and a greenlet",
                    ::chat,
                ),
                KotlinProgram("ticker", "a flow over PUB and SUB", ::ticker),
                KotlinProgram(
                    "sockets",
                    "a TCP server with a coroutine for each connection, and its clients",
                    ::sockets,
                ),
                KotlinProgram(
                    "messaging",
                    "a ZeroMQ service, a coroutine for each request, and its clean end",
                    ::messaging,
                ),
            )
    }
}
