package dev.celadon.kotlin

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The list of what the bridge promises is complete, and each promise has its tests. */
class BehavioursTest {

    private data class Behaviour(val number: Int, val promise: String, val tests: List<String>)

    private val behaviours =
        javaClass
            .getResource("/behaviours.txt")!!
            .readText()
            .lines()
            .filter { it.isNotBlank() && !it.startsWith("#") }
            .map { line ->
                val (number, promise, tests) = line.split("|").map { it.trim() }
                Behaviour(number.toInt(), promise, tests.split(",").map { it.trim() })
            }

    @Test
    fun everyPromiseHasATestThatExists() {
        val missing = behaviours.flatMap { it.tests }.filterNot(::exists)
        assertEquals(emptyList<String>(), missing)
        assertTrue(behaviours.all { it.promise.isNotEmpty() && it.tests.isNotEmpty() })
    }

    @Test
    fun everyPromiseIsInTheList() {
        assertEquals((1..40).toList(), behaviours.map { it.number })
    }

    private fun exists(test: String): Boolean {
        val (type, method) = test.split(".")
        return Class.forName("dev.celadon.kotlin.$type").declaredMethods.any { it.name == method }
    }
}
