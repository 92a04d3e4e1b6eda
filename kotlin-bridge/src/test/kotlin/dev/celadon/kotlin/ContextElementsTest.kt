package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.greenlet.ContextSnapshot
import dev.celadon.greenlet.GreenletLocal
import java.util.concurrent.Callable
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.slf4j.MDC
import org.slf4j.helpers.BasicMDCAdapter
import org.slf4j.spi.MDCAdapter

class ContextElementsTest {

    private val user = GreenletLocal.create<String>()
    private val trace = GreenletLocal.withInitial { "untraced" }
    private val scoped = ScopedValue.newInstance<String>()
    private val before = MDC.getMDCAdapter()

    /** The logger of the tests has no diagnostic context of its own. */
    @BeforeEach fun diagnosticContextThatWorks() = use(BasicMDCAdapter())

    @AfterEach fun restore() = use(before)

    private fun use(adapter: MDCAdapter) {
        val set = MDC::class.java.getDeclaredMethod("setMDCAdapter", MDCAdapter::class.java)
        set.isAccessible = true
        set.invoke(null, adapter)
    }

    // --- Locals

    @Test
    fun aLocalIsSeenInEverySliceAndNowhereElse() = onHub {
        coroutine {
            launch(user.asContextElement("ada")) {
                repeat(3) {
                    assertEquals("ada", user.get())
                    yield()
                }
                withContext(Dispatchers.Default) { assertEquals("ada", user.get()) }
                coroutineScope { launch { assertEquals("ada", user.get()) } }
                assertNull(runInGreenlet { user.get() })
            }
            launch {
                repeat(5) {
                    assertNull(user.get())
                    yield()
                }
            }
            repeat(5) {
                assertNull(spawn { user.get() }.await())
                assertNull(user.get())
            }
        }
    }

    @Test
    fun elementsOfSeveralLocalsNest() = onHub {
        coroutine {
            withContext(user.asContextElement("outer") + trace.asContextElement("t1")) {
                withContext(user.asContextElement("inner")) {
                    assertEquals("inner t1", "${user.get()} ${trace.get()}")
                    yield()
                    assertEquals("inner t1", "${user.get()} ${trace.get()}")
                }
                assertEquals("outer t1", "${user.get()} ${trace.get()}")
            }
            assertFalse(user.isSet)
            assertFalse(trace.isSet)
        }
    }

    @Test
    fun aNullIsAValueToo() = onHub {
        coroutine {
            withContext(user.asContextElement("ada")) {
                withContext(user.asContextElement(null)) {
                    yield()
                    assertNull(user.get())
                }
                assertEquals("ada", user.get())
            }
        }
    }

    @Test
    fun whatASliceSetsIsGoneWithTheSlice() = onHub {
        coroutine {
            withContext(user.asContextElement("ada")) {
                user.set("changed")
                yield()
                assertEquals("ada", user.get())
            }
            assertFalse(user.isSet)
        }
    }

    @Test
    fun theCallersOwnValueIsTheDefault() = onHub {
        user.set("ada")
        val seen =
            runSuspending(user.asContextElement()) {
                yield()
                user.get()
            }
        assertEquals("ada", seen)
        assertNull(coroutine { user.get() }) // nothing is inherited unless asked for
        user.remove()
    }

    // --- Snapshots

    @Test
    fun aSnapshotCarriesTheDiagnosticContextIntoTheCoroutineAndBack() = onHub {
        MDC.put("request", "r1")
        user.set("ada")
        val context = ContextSnapshot.capture().with(user).asContextElement()
        val seen =
            runSuspending(context) {
                yield()
                val inSlice = "${MDC.get("request")} ${user.get()}"
                val inGreenlet = runInGreenlet {
                    Greenlets.yieldNow()
                    "${MDC.get("request")} ${user.get()}"
                }
                val backAgain = runInGreenlet {
                    runSuspending { "${MDC.get("request")} ${user.get()}" }
                }
                listOf(inSlice, inGreenlet, backAgain)
            }
        assertEquals(listOf("r1 ada", "r1 ada", "r1 ada"), seen)
        coroutine {
            assertNull(MDC.get("request"))
            assertNull(user.get())
            assertNull(spawn { MDC.get("request") }.await())
        }
        assertEquals("r1", MDC.get("request"))
    }

    @Test
    fun twoCoroutinesWithSnapshotsDoNotMix() = onHub {
        fun snapshotOf(name: String): ContextSnapshot {
            val made = spawn {
                MDC.put("request", name)
                ContextSnapshot.capture()
            }
            return made.result()
        }
        val contexts = listOf("a", "b").map { snapshotOf(it).asContextElement() }
        coroutine {
            for (context in contexts) {
                launch(context) {
                    repeat(3) {
                        trail += MDC.get("request")
                        yield()
                    }
                }
            }
        }
        trail.shouldBe("a b a b a b")
    }

    @Test
    fun aGreenletGetsTheScopedValuesOfASnapshotToo() = onHub {
        val context =
            ScopedValue.where(scoped, "bound").call<_, Exception> {
                ContextSnapshot.capture().with(scoped).asContextElement()
            }
        coroutine {
            withContext(context) {
                assertFalse(scoped.isBound)
                assertEquals("bound", runInGreenlet { scoped.get() })
            }
        }
    }

    @Test
    fun aBodyWrappedByASnapshotRunsInItsContext() = onHub {
        MDC.put("request", "r2")
        val body = ContextSnapshot.capture().wrap(Callable { MDC.get("request") })
        MDC.clear()
        coroutine { assertEquals("r2", runInGreenlet { body.call() }) }
    }
}
