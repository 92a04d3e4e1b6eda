package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.Greenlets;
import dev.celadon.hub.Body;
import java.lang.reflect.Method;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;

class ContextSnapshotTest extends VirtualTimeTest {

  private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();
  private static final ScopedValue<String> OTHER = ScopedValue.newInstance();
  private static final GreenletLocal<String> LOCAL = GreenletLocal.withInitial(() -> "initial");
  private static final InheritableThreadLocal<String> INHERITABLE = new InheritableThreadLocal<>();

  private final MDCAdapter before = MDC.getMDCAdapter();

  /** The logger of the tests has no diagnostic context of its own. */
  @BeforeEach
  void diagnosticContextThatWorks() throws Exception {
    use(new BasicMDCAdapter());
  }

  @AfterEach
  void restore() throws Exception {
    use(before);
    LOCAL.remove();
    INHERITABLE.remove();
  }

  private static void use(MDCAdapter adapter) throws ReflectiveOperationException {
    Method set = MDC.class.getDeclaredMethod("setMDCAdapter", MDCAdapter.class);
    set.setAccessible(true);
    set.invoke(null, adapter);
  }

  private static String seen() {
    return MDC.get("user") + " " + LOCAL.get() + " " + SCOPED.orElse("unbound");
  }

  @Test
  void aNewGreenletStartsEmpty() throws Exception {
    run(
        () -> {
          MDC.put("user", "ada");
          LOCAL.set("local");
          INHERITABLE.set("inherited");
          Greenlet<String> child =
              ScopedValue.where(SCOPED, "scoped")
                  .call(() -> Greenlets.spawn(() -> seen() + " " + INHERITABLE.get()));
          assertEquals("null initial unbound null", child.result());
        });
  }

  @Test
  void aSnapshotCarriesWhatWasChosenAsItWasThen() throws Exception {
    run(
        () -> {
          MDC.put("user", "ada");
          LOCAL.set("local");
          ContextSnapshot chosen =
              ScopedValue.where(SCOPED, "scoped")
                  .where(OTHER, "other")
                  .call(() -> ContextSnapshot.capture().with(LOCAL).with(SCOPED).with(OTHER));
          MDC.put("user", "bob");
          LOCAL.set("changed");
          Greenlet<String> child =
              Greenlets.spawn(
                  chosen.wrap(
                      () -> {
                        Greenlets.yieldNow();
                        return seen() + " " + OTHER.get();
                      }));
          assertEquals("ada local scoped other", child.result());
          Callable<String> seen = ContextSnapshotTest::seen;
          assertEquals(
              "bob initial unbound",
              Greenlets.spawn(ContextSnapshot.capture().wrap(seen)).result(),
              "only what was chosen");
        });
  }

  @Test
  void whatIsNotSetOrBoundIsNotSetOrBoundThere() throws Exception {
    ContextSnapshot empty = ContextSnapshot.capture().with(LOCAL).with(SCOPED);
    MDC.put("user", "ada");
    LOCAL.set("here");
    Body body =
        () -> {
          assertFalse(LOCAL.isSet());
          assertNull(MDC.get("user"));
          assertFalse(SCOPED.isBound());
        };
    empty.wrap(body).run();
  }

  @Test
  void everythingIsTakenAwayAfterwards() throws Exception {
    MDC.put("user", "ada");
    LOCAL.set("local");
    ContextSnapshot snapshot = ContextSnapshot.capture().with(LOCAL).with(LOCAL);
    MDC.put("user", "bob");
    LOCAL.remove();
    Body failing =
        () -> {
          assertEquals("ada local unbound", seen());
          MDC.put("more", "x");
          LOCAL.set("changed");
          throw new IllegalStateException("boom");
        };
    assertThrows(IllegalStateException.class, () -> snapshot.wrap(failing).run());
    assertFalse(LOCAL.isSet());
    assertEquals("bob", MDC.get("user"));
    assertNull(MDC.get("more"));
  }

  @Test
  void anExchangePutsItInPlaceForCodeThatIsNoBody() {
    MDC.put("user", "ada");
    LOCAL.set("local");
    ContextSnapshot snapshot = ContextSnapshot.capture().with(LOCAL);
    MDC.put("user", "bob");
    LOCAL.remove();
    ContextSnapshot before = snapshot.exchange();
    assertEquals("ada local unbound", seen());
    LOCAL.set("changed");
    MDC.put("user", "changed");
    ContextSnapshot changed = before.exchange();
    assertEquals("bob", MDC.get("user"));
    assertFalse(LOCAL.isSet());
    ContextSnapshot _ = changed.exchange();
    assertEquals("changed changed unbound", seen());
  }
}
