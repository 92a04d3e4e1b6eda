package dev.celadon.kotlin

import dev.celadon.greenlet.ContextSnapshot
import java.util.concurrent.Callable
import kotlinx.coroutines.launch
import kotlinx.coroutines.slf4j.MDCContext
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.slf4j.MDC
import org.slf4j.helpers.BasicMDCAdapter
import org.slf4j.spi.MDCAdapter

/** kotlinx-coroutines-slf4j on a hub. */
class MdcContextTest {

    private val before = MDC.getMDCAdapter()

    @BeforeEach fun diagnosticContextThatWorks() = use(BasicMDCAdapter())

    @AfterEach fun restore() = use(before)

    private fun use(adapter: MDCAdapter) {
        val set = MDC::class.java.getDeclaredMethod("setMDCAdapter", MDCAdapter::class.java)
        set.isAccessible = true
        set.invoke(null, adapter)
    }

    @Test
    fun coroutinesOfOneLaneKeepTheirDiagnosticContextsApart() = onHub {
        coroutine {
            for (name in listOf("a", "b")) {
                launch(MDCContext(mapOf("request" to name))) {
                    repeat(3) {
                        trail += MDC.get("request")
                        yield()
                    }
                    // A greenlet begins without it, unless a snapshot takes it along.
                    assertNull(runInGreenlet { MDC.get("request") })
                    val body = ContextSnapshot.capture().wrap(Callable { MDC.get("request") })
                    assertEquals(name, runInGreenlet { body.call() })
                }
            }
            yield()
            assertNull(MDC.get("request"))
        }
        trail.shouldBe("a b a b a b")
        assertNull(MDC.get("request"))
    }

    @Test
    fun aGreenletHandsItsDiagnosticContextToACoroutine() = onHub {
        MDC.put("request", "r1")
        val seen =
            runSuspending(MDCContext()) {
                yield()
                withContext(MDCContext(mapOf("request" to "r2"))) { yield() }
                MDC.get("request")
            }
        assertEquals("r1", seen)
        assertNull(spawn { MDC.get("request") }.result())
    }
}
