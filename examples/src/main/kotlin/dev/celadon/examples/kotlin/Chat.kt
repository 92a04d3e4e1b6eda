package dev.celadon.examples.kotlin

import dev.celadon.Greenlets.spawn
import dev.celadon.kotlin.awaitEnd
import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.queue.Queue
import java.io.PrintStream
import kotlinx.coroutines.launch

/** What can be put into the mailbox of a room. */
private sealed interface Letter {
    data class Enter(val name: String, val inbox: Queue<String>) : Letter

    data class Say(val name: String, val words: String) : Letter

    data class Leave(val name: String) : Letter
}

/**
 * An actor: who is in the room is known to its coroutine alone, and the mailbox is the only door.
 * Ends when the mailbox is shut down.
 */
private suspend fun room(mailbox: Queue<Letter>) {
    val inboxes = linkedMapOf<String, Queue<String>>()
    suspend fun tellAll(words: String) = inboxes.values.forEach { it.suspending().send(words) }
    mailbox.suspending().receiveAsFlow().collect { letter ->
        when (letter) {
            is Letter.Enter -> {
                inboxes[letter.name] = letter.inbox
                tellAll("${letter.name} is here")
            }
            is Letter.Say -> tellAll("${letter.name}: ${letter.words}")
            is Letter.Leave -> {
                inboxes.remove(letter.name)?.shutdown()
                tellAll("${letter.name} has left")
            }
        }
    }
}

/** How a member takes its leave. */
private const val BYE = "bye"

/** A member in suspending calls: it answers what it has an answer for. */
private suspend fun member(
    name: String,
    answers: Map<String, String>,
    mailbox: Queue<Letter>,
    out: PrintStream,
) {
    val inbox = Queue<String>()
    val door = mailbox.suspending()
    door.send(Letter.Enter(name, inbox))
    inbox.suspending().receiveAsFlow().collect { heard ->
        out.println("$name hears: $heard")
        answers[heard]?.let { door.send(letter(name, it)) }
    }
}

/** The same in blocking-style calls, for a greenlet. */
private fun guest(
    name: String,
    answers: Map<String, String>,
    mailbox: Queue<Letter>,
    out: PrintStream,
) {
    val inbox = Queue<String>()
    mailbox.put(Letter.Enter(name, inbox))
    for (heard in inbox) {
        out.println("$name hears: $heard")
        answers[heard]?.let { mailbox.put(letter(name, it)) }
    }
}

private fun letter(
    name: String,
    words: String,
): Letter = if (words == BYE) Letter.Leave(name) else Letter.Say(name, words)

/** A room, and in it a coroutine and a greenlet. */
fun chat(out: PrintStream) = runSuspending {
    val mailbox = Queue<Letter>()
    val room = launch { room(mailbox) }
    val ann = launch {
        member("Ann", mapOf("Bob is here" to "hello Bob", "Bob has left" to BYE), mailbox, out)
    }
    val bob = spawn {
        guest("Bob", mapOf("Ann: hello Bob" to "hello", "Bob: hello" to BYE), mailbox, out)
    }
    ann.join()
    bob.awaitEnd()
    mailbox.shutdown()
    room.join()
    out.println("the room is empty")
}
