package io.tributary.local.benchmark.flink;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.plan.PostgresPlan;
import io.tributary.change.Change;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.settings.SettingsFile;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job of our Postgres reader alone: its rows, decoded, are counted and thrown away. */
public final class OurReader {

    private OurReader() {}

    /** The settings file of the whole job, of which only the part of postgres counts, and the tally's folder. */
    public static void main(String[] arguments) throws Exception {
        Problems problems = new Problems();
        Configuration given = SettingsFile.read(arguments[0], problems);
        PostgresSettings settings =
                PostgresSettings.from(Given.of(given, new Secrets(System::getenv, name -> null), problems));
        problems.throwIfAny();
        PostgresPlan plan = PostgresPlan.of(requireNonNull(settings));
        plan.check(problems);
        problems.throwIfAny();
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        Tally.of(
                plan.start().open(environment, "capture"),
                captured ->
                        captured instanceof Change change && change.operation().isOfRow(),
                arguments[1]);
        environment.execute("our reader");
    }
}
