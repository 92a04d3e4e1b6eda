package dev.celadon;

import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** A test whose subject is what portable mode does not promise; the value says what that is. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DirectModeOnly.Condition.class)
public @interface DirectModeOnly {

  String value();

  final class Condition implements ExecutionCondition {

    private static CarrierMode.Kind kind() {
      try {
        return Hub.run(() -> Hub.current().carrierMode().kind());
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (kind() == CarrierMode.Kind.DIRECT) {
        return ConditionEvaluationResult.enabled("direct mode");
      }
      return ConditionEvaluationResult.disabled(
          AnnotationSupport.findAnnotation(context.getElement(), DirectModeOnly.class)
              .map(only -> "portable mode does not promise this: " + only.value())
              .orElse("portable mode"));
    }
  }
}
