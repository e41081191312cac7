package io.tributary.sink.rejected;

import io.tributary.change.TableName;
import io.tributary.settings.CloudWatch;
import io.tributary.settings.Given;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
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
            .withDescription("How many dead letters the job tolerates, counted over all its restarts from savepoints"
                    + " and checkpoints; with one more it fails and is not restarted. Without it there is no"
                    + " limit.");

    private final String table;
    private final @Nullable Long limit;
    private final CloudWatch cloudWatch;

    private RejectedSettings(String table, @Nullable Long limit, CloudWatch cloudWatch) {
        this.table = table;
        this.limit = limit;
        this.cloudWatch = cloudWatch;
    }

    public static RejectedSettings from(Given given) {
        String fault = TableName.problem(given.get(TABLE));
        if (given.get(TABLE).isBlank()) {
            given.problem(TABLE, " is empty: give the table of dead letters a name");
        } else if (fault != null) {
            given.problem(TABLE, ": " + fault);
        }
        given.atLeast(0L, LIMIT);
        return new RejectedSettings(given.get(TABLE), given.find(LIMIT), CloudWatch.from(given));
    }

    public static List<ConfigOption<?>> options() {
        return List.of(TABLE, LIMIT);
    }

    public String table() {
        return table;
    }

    CloudWatch cloudWatch() {
        return cloudWatch;
    }

    /** Null if there is none. */
    public @Nullable Long limit() {
        return limit;
    }
}
