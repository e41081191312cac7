package io.tributary.sink.rejected;

import io.tributary.change.TableName;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** Which table takes the dead letters, and how many are too many. */
public final class RejectedSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    public static final ConfigOption<String> TABLE = ConfigOptions.key("rejected.table")
            .stringType()
            .defaultValue("dead_letters")
            .withDescription("The name of the Iceberg table of dead letters.");

    public static final ConfigOption<Long> LIMIT = ConfigOptions.key("rejected.limit")
            .longType()
            .noDefaultValue()
            .withDescription("How many dead letters the job bears, counted over all its restarts from savepoints and"
                    + " checkpoints; with one more it fails and is not restarted. Without it there is no limit.");

    private final String table;
    private final @Nullable Long limit;

    private RejectedSettings(String table, @Nullable Long limit) {
        this.table = table;
        this.limit = limit;
    }

    static RejectedSettings of(String table, @Nullable Long limit) {
        return new RejectedSettings(table, limit);
    }

    public static RejectedSettings from(Configuration configuration, Secrets secrets, Problems problems) {
        String table = configuration.get(TABLE);
        if (table.isBlank()) {
            problems.add(TABLE.key() + " is empty: give the table of dead letters a name");
        } else if (TableName.problem(table) != null) {
            problems.add(TABLE.key() + ": " + TableName.problem(table));
        }
        return of(table, limit(configuration, problems));
    }

    private static @Nullable Long limit(Configuration configuration, Problems problems) {
        try {
            Long limit = configuration.getOptional(LIMIT).orElse(null);
            if (limit != null && limit < 0) {
                problems.add(LIMIT.key() + " is " + limit + ": set it to 0 or more, or leave it out for no limit");
            }
            return limit;
        } catch (IllegalArgumentException e) {
            problems.add(LIMIT.key() + " has to be a whole number: " + e.getMessage());
            return null;
        }
    }

    public static List<ConfigOption<?>> options() {
        return List.of(TABLE, LIMIT);
    }

    public String table() {
        return table;
    }

    /** Null if there is none. */
    public @Nullable Long limit() {
        return limit;
    }
}
