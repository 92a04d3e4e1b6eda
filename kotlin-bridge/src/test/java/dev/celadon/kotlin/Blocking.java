package dev.celadon.kotlin;

import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineScope;

/**
 * {@code runBlocking} under the name that every version of kotlinx-coroutines knows: Kotlin code
 * that is compiled against 1.11 asks for one which older versions do not have.
 */
final class Blocking {

  private Blocking() {}

  static <T> T run(
      CoroutineContext context,
      Function2<? super CoroutineScope, ? super Continuation<? super T>, ? extends Object> block)
      throws InterruptedException {
    return BuildersKt.runBlocking(context, block);
  }
}
