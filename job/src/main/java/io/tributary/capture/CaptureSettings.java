package io.tributary.capture;

import io.tributary.settings.Given;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.jspecify.annotations.Nullable;

/** What can be said of a captured table, whichever system it is in. */
public final class CaptureSettings {

    public static final ConfigOption<List<String>> KEY = ConfigOptions.key("tables.<table>.key")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription(
                    "The columns that identify a row of a table in PostgreSQL or Kafka, in place of its primary"
                            + " key. They have to be unique, and updates and deletes have to carry them: see REPLICA IDENTITY.");

    private CaptureSettings() {}

    public static List<ConfigOption<?>> options() {
        return List.of(KEY);
    }

    /** The columns of the key, null if none is declared. */
    public static @Nullable List<String> key(Given given, String table) {
        List<String> key = given.table(table).find(KEY);
        return key == null ? null : new ArrayList<>(key);
    }
}
