package dev.celadon.kotlin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.ContextSnapshot;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.GreenletLocal;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CompletableDeferred;
import kotlinx.coroutines.CompletableDeferredKt;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineScopeKt;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Deferred;
import kotlinx.coroutines.DelayKt;
import kotlinx.coroutines.Job;
import org.junit.jupiter.api.Test;

/** The bridge as Java sees it: names, overloads and types. */
class JavaCallerTest {

  private static void onHub(dev.celadon.hub.Body body) throws Exception {
    Hub.run(HubOptions.defaults().withName("java").withClock(new JumpingClock()), body);
  }

  @Test
  void theDispatcherOfAHubHasItsNames() throws Exception {
    onHub(
        () -> {
          Hub hub = Hub.current();
          HubDispatcher dispatcher = Coroutines.dispatcherOf(hub);
          assertSame(dispatcher, Coroutines.dispatcherOf(hub));
          assertSame(hub, dispatcher.getHub());
          assertSame(hub, dispatcher.getImmediate().getHub());
          assertSame(hub, Coroutines.hubOrNull(Coroutines.dispatcherOf(hub, "named")));
          assertEquals(
              "HubDispatcher[java, named]", Coroutines.dispatcherOf(hub, "named").toString());
        });
  }

  @Test
  void aDeferredOfAKotlinLibraryIsTakenInAGreenlet() throws Exception {
    onHub(
        () -> {
          CompletableDeferred<String> deferred =
              CompletableDeferredKt.CompletableDeferred((Job) null);
          assertThrows(
              TimeoutException.class,
              () -> Coroutines.awaitInGreenlet(deferred, Duration.ofMillis(5)));
          assertFalse(Coroutines.joinInGreenlet(deferred, Duration.ofMillis(5)));
          Greenlets.spawn(() -> deferred.complete("value"));
          assertEquals("value", Coroutines.awaitInGreenlet(deferred));
          Coroutines.joinInGreenlet(deferred);
          assertEquals("value", Coroutines.asGreenlet(deferred, Hub.current()).result());
        });
  }

  @Test
  void suspendFunctionsAreCalledFromAGreenlet() throws Exception {
    onHub(
        () -> {
          // What a suspend function looks like in Java: one more parameter, handed on.
          Object result =
              Coroutines.<Object>runSuspending((scope, caller) -> DelayKt.delay(5, caller));
          assertSame(kotlin.Unit.INSTANCE, result);
          Event event = new Event();
          Greenlets.spawn(event::set);
          Object _ =
              Coroutines.<Object>runSuspending((scope, caller) -> Coroutines.await(event, caller));
          assertTrue(event.isSet());
        });
  }

  @Test
  void aGreenletIsHandedToAKotlinLibrary() throws Exception {
    onHub(
        () -> {
          Greenlet<String> greenlet = Greenlets.spawn(() -> "value");
          Deferred<String> deferred = Coroutines.asDeferred(greenlet);
          assertEquals("value", Coroutines.awaitInGreenlet(deferred));
          assertTrue(Coroutines.asJob(greenlet).isCompleted());
        });
  }

  @Test
  void aScopeOfAHubStartsCoroutinesThatAreGreenlets() throws Exception {
    onHub(
        () -> {
          Hub hub = Hub.current();
          CoroutineScope scope = Coroutines.scopeOf(hub);
          Greenlet<String> greenlet = Coroutines.greenlet(scope, hub, (_, _) -> "value");
          assertEquals("value", greenlet.result());
          Greenlet<String> lazy =
              Coroutines.greenlet(
                  scope,
                  hub,
                  EmptyCoroutineContext.INSTANCE,
                  CoroutineStart.LAZY,
                  (_, _) -> "later");
          lazy.start();
          assertEquals("later", lazy.result());
          Job job =
              BuildersKt.launch(
                  Coroutines.scopeOf(hub, EmptyCoroutineContext.INSTANCE),
                  EmptyCoroutineContext.INSTANCE,
                  CoroutineStart.DEFAULT,
                  (_, caller) -> DelayKt.delay(5, caller));
          Coroutines.joinInGreenlet(job);
          CoroutineScopeKt.cancel(scope, null);
        });
  }

  @Test
  void contextsAreHandedToCoroutines() throws Exception {
    onHub(
        () -> {
          GreenletLocal<String> local = GreenletLocal.withInitial(() -> "initial");
          String seen =
              Coroutines.runSuspending(
                  Coroutines.asContextElement(local, "mine"), (_, _) -> local.get());
          assertEquals("mine", seen);
          String wholeContext =
              Coroutines.runSuspending(
                  Coroutines.asContextElement(ContextSnapshot.capture()), (_, _) -> local.get());
          assertEquals("initial", wholeContext);
        });
  }
}
