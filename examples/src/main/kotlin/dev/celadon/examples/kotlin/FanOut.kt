package dev.celadon.examples.kotlin

import dev.celadon.Greenlets.sleep
import dev.celadon.Greenlets.spawn
import dev.celadon.kotlin.asDeferred
import dev.celadon.kotlin.runInGreenlet
import dev.celadon.kotlin.runSuspending
import java.io.IOException
import java.io.PrintStream
import java.time.Duration
import java.util.concurrent.Callable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope

/** What a blocking library would do: a question to a shop, and the wait for its answer. */
private class Shops(private val out: PrintStream) {

    private val prices = mapOf("north" to 310, "west" to 295, "south" to 305)

    fun ask(shop: String): Int {
        out.println("asking $shop")
        try {
            sleep(Duration.ofMillis(if (shop == "east") 10 else 200))
            val price = prices[shop] ?: throw IOException("$shop is closed")
            out.println("$shop wants $price")
            return price
        } finally {
            out.println("hung up on $shop")
        }
    }
}

/** Three questions at once; then three of which one fails, which ends the other two. */
fun fanOut(out: PrintStream) = runSuspending {
    val shops = Shops(out)
    val all =
        listOf("north", "west", "south").map { shop ->
            spawn(Callable { shops.ask(shop) }).asDeferred()
        }
    out.println("the best price: ${all.awaitAll().min()}")

    try {
        coroutineScope {
            listOf("north", "east", "south")
                .map { shop -> async { runInGreenlet { shops.ask(shop) } } }
                .awaitAll()
        }
    } catch (closed: IOException) {
        out.println("no price: ${closed.message}")
    }
}
