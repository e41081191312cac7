package io.tributary.capture.dynamodb.export.make;

import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.ExportedTable;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The command that has DynamoDB export tables to where the job looks for exports. */
public final class ExportCommand {

    private ExportCommand() {}

    /**
     * Until all is exported, or, with an interval, until the process is told to stop.
     *
     * @param tables their names in the pipeline; all that have a location of exports if none is given
     * @param isFull whether to export whole tables although they were exported before
     * @param every how long after the begin of one round the next begins; null for a single one
     * @return what went wrong in the last round
     */
    public static List<String> run(
            ExportSettings settings,
            DynamoDbSettings dynamoDb,
            Collection<String> tables,
            boolean isFull,
            @Nullable Duration every,
            PrintStream out)
            throws InterruptedException {
        List<ExportedTable> wanted = new ArrayList<>();
        for (String name : tables.isEmpty() ? settings.tableNames() : tables) {
            ExportedTable table = settings.table(name);
            if (table == null) {
                return List.of("Table " + name + " has no location of exports: set " + ExportSettings.LOCATION.key()
                        + ", or name one of " + settings.tableNames());
            }
            wanted.add(table);
        }
        CountDownLatch stop = new CountDownLatch(1);
        Thread hook = new Thread(stop::countDown, "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try (ExportService service = new PointInTimeExports(dynamoDb.open())) {
            ExportRun run = new ExportRun(
                    service,
                    Clock.systemUTC(),
                    duration -> !stop.await(duration.toMillis(), TimeUnit.MILLISECONDS),
                    out::println);
            return run.run(wanted, isFull, every);
        }
    }
}
