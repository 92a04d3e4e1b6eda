package dev.celadon.kotlin

import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.nio.file.Files
import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** A Java member always wins over a Kotlin extension, and would block where the twin suspends. */
class TwinNamesTest {

    private companion object {
        /** What kinds of classes hold the top-level functions of a file, or of several. */
        val FACADES = setOf(2, 4)
    }

    private fun extensions(): List<Method> {
        val here = Path.of(HubDispatcher::class.java.protectionDomain.codeSource.location.toURI())
        val facades =
            Files.list(here.resolve("dev/celadon/kotlin")).use { files ->
                files.map { it.fileName.toString() }.filter { it.endsWith(".class") }.toList()
            }
        return facades
            .map { Class.forName("dev.celadon.kotlin." + it.removeSuffix(".class")) }
            .filter { it.getAnnotation(Metadata::class.java)?.kind in FACADES }
            .flatMap { it.declaredMethods.toList() }
            .filter { Modifier.isPublic(it.modifiers) && !it.isSynthetic }
            .filter {
                it.parameterCount > 0 && it.parameterTypes[0].name.startsWith("dev.celadon.")
            }
    }

    @Test
    fun noExtensionIsShadowedByAMember() {
        val found = extensions()
        assertTrue(found.size >= 8, found.toString())
        val shadowed = found.filter { extension ->
            extension.parameterTypes[0].methods.any { it.name == extension.name }
        }
        assertEquals(emptyList<Method>(), shadowed)
    }
}
