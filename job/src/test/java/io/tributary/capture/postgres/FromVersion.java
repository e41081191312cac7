package io.tributary.capture.postgres;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** The test needs what PostgreSQL can from this version on. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FromVersion.Condition.class)
public @interface FromVersion {

    int value();

    /** What there is since, as a sentence without its point. */
    String because();

    /** Whether the servers of the tests can. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), FromVersion.class)
                    .filter(needed -> TestDatabase.version() < needed.value())
                    .map(needed -> ConditionEvaluationResult.disabled("since PostgreSQL " + needed.value() + " "
                            + needed.because() + ", and this is " + TestDatabase.version()))
                    .orElse(ConditionEvaluationResult.enabled("the server can"));
        }
    }
}
