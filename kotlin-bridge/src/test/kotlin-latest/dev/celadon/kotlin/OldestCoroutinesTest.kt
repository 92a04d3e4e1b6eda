package dev.celadon.kotlin

import java.lang.classfile.ClassFile
import java.lang.classfile.constantpool.ClassEntry
import java.lang.classfile.constantpool.FieldRefEntry
import java.lang.classfile.constantpool.MemberRefEntry
import java.lang.constant.ClassDesc
import java.net.URLClassLoader
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.streams.asSequence
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test

/**
 * The compiled bridge links with the oldest kotlinx-coroutines that it promises to work with: every
 * class, method and field of kotlinx that it names is there. (It is compiled with the newest; the
 * compiler is free to call what only that one has, such as `Job.cancel` with a default argument.)
 */
class OldestCoroutinesTest {

    private val jar = Path.of(System.getProperty("celadon.oldest.coroutines", "none"))
    private val classes =
        Path.of(HubDispatcher::class.java.protectionDomain.codeSource.location.toURI())

    @Test
    fun everyNameOfKotlinxIsInTheOldestVersion() {
        assumeTrue(jar.exists(), "no old kotlinx-coroutines at $jar")
        val stdlib = Unit::class.java.protectionDomain.codeSource.location
        val urls = arrayOf(jar.toUri().toURL(), stdlib)
        URLClassLoader(urls, ClassLoader.getPlatformClassLoader()).use { old ->
            val named = namesOfKotlinx()
            assertTrue(named.size > 50, "$named")
            assertEquals(emptyList<String>(), named.filterNot { it.isIn(old) }.map { "$it" })
        }
    }

    /** A member, or a class as a whole. */
    private data class Name(
        val user: String,
        val owner: String,
        val member: String?,
        val type: String?,
        val isField: Boolean,
    ) {
        override fun toString(): String = "$user: $owner.$member$type"

        fun isIn(loader: ClassLoader): Boolean {
            val type = runCatching { loader.loadClass(owner.replace('/', '.')) }.getOrNull()
            return type != null && (member == null || withSupertypes(type).any(::declares))
        }

        private fun declares(type: Class<*>): Boolean =
            if (isField) {
                type.declaredFields.any { it.name == member }
            } else if (member == "<init>") {
                type.declaredConstructors.any {
                    descriptor(it.parameterTypes, Void.TYPE) == this.type
                }
            } else {
                type.declaredMethods.any {
                    it.name == member && descriptor(it.parameterTypes, it.returnType) == this.type
                }
            }

        private fun descriptor(parameters: Array<Class<*>>, result: Class<*>): String =
            parameters.joinToString("", "(", ")") { it.descriptorString() } +
                result.descriptorString()

        private fun withSupertypes(type: Class<*>): List<Class<*>> =
            listOf(type) +
                (listOfNotNull(type.superclass) + type.interfaces).flatMap(::withSupertypes)
    }

    private fun namesOfKotlinx(): Set<Name> =
        Files.walk(classes).use { files ->
            files
                .asSequence()
                .filter { it.toString().endsWith(".class") }
                .flatMap(::namesIn)
                .filter { it.owner.startsWith("kotlinx/coroutines/") }
                .toSet()
        }

    private fun namesIn(file: Path): List<Name> {
        val user = file.fileName.toString().removeSuffix(".class")
        return ClassFile.of().parse(file).constantPool().mapNotNull { entry ->
            when (entry) {
                is MemberRefEntry ->
                    Name(
                        user,
                        entry.owner().asInternalName(),
                        entry.name().stringValue(),
                        entry.type().stringValue(),
                        entry is FieldRefEntry,
                    )
                is ClassEntry -> Name(user, elementOf(entry), null, null, false)
                else -> null
            }
        }
    }

    private fun elementOf(entry: ClassEntry): String {
        var type: ClassDesc = entry.asSymbol()
        while (type.isArray) {
            type = type.componentType()
        }
        return type.descriptorString().removePrefix("L").removeSuffix(";")
    }
}
