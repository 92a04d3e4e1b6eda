package dev.celadon.kotlin

import java.nio.file.Path
import kotlin.io.path.readText
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The types of kotlinx in public signatures are there to stay: nothing internal is among them. */
class PublicTypesTest {

    private val meantForUsers =
        setOf(
            "CoroutineDispatcher",
            "CoroutineScope",
            "CoroutineStart",
            "Deferred",
            "Job",
            "MainCoroutineDispatcher",
            "ThreadContextElement",
            "channels/Channel",
            "channels/ChannelIterator",
            "channels/ChannelResult",
            "channels/ReceiveChannel",
            "channels/SendChannel",
            "flow/Flow",
            "flow/FlowCollector",
        )

    @Test
    fun noInternalTypeOfKotlinxIsInAPublicSignature() {
        val api = Path.of("api/celadon-kotlin.api").readText()
        val shown = Regex("kotlinx/coroutines/([A-Za-z/$]+)").findAll(api).map { it.groupValues[1] }
        assertTrue("Job" in shown)
        assertEquals(emptySet<String>(), shown.toSet() - meantForUsers)
    }
}
