package io.tributary.udfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import org.apache.flink.table.functions.ScalarFunction;
import org.junit.jupiter.api.Test;

/**
 * What stands in src/test/functions was compiled as src/main/java is: a function that no rule of ours was thought of for
 * builds, and runs.
 */
final class FunctionsAsUsersWriteThemTest {

    @Test
    void aPlainFunctionBuildsAndRuns() throws Exception {
        Class<?> function = Class.forName("example.Exclaim");
        Method eval = function.getMethod("eval", String.class);

        Object instance = function.getDeclaredConstructor().newInstance();

        assertThat(instance).isInstanceOf(ScalarFunction.class);
        assertThat(eval.invoke(instance, "hey")).isEqualTo("HEY!");
        assertThat(eval.invoke(instance, (Object) null)).isNull();
    }
}
