package io.tributary.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;

/** Which columns of table t are left out or hashed. */
public final class Rules {

    private Rules() {}

    /** @param keysAndValues settings of the table, such as {@code hash, "email;id"} */
    public static ColumnRules of(String... keysAndValues) {
        return byKey("KEY", keysAndValues);
    }

    public static ColumnRules byKey(String key, String... keysAndValues) {
        Map<String, String> settings = new TreeMap<>(Map.of("columns.hash-key", "env:" + key));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put("tables.t.columns." + keysAndValues[i], keysAndValues[i + 1]);
        }
        Problems problems = new Problems();
        Secrets secrets = new Secrets(name -> "0123456789abcdef0123456789" + name + "abcdef", name -> null);
        ColumnRules rules = ColumnSettings.from(Given.of(Configuration.fromMap(settings), secrets, problems))
                .of("t");
        assertThat(problems.sentences()).isEmpty();
        return rules;
    }

    /** What {@link #of} makes of a text. */
    public static String hash(String text) {
        return new String(of("hash", "a").hash().of(text.getBytes(UTF_8)), UTF_8);
    }
}
