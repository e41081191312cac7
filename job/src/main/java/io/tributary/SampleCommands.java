package io.tributary;

import io.tributary.capture.CapturePlan;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.query.QuerySettings;
import io.tributary.sample.Samples;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.ProblemsException;
import io.tributary.settings.Secrets;
import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;

/** The commands that try SQL files over sample rows, and print the tables for that. */
final class SampleCommands {

    private static final int AS_EXPECTED = 0;
    private static final int NOT_AS_EXPECTED = 1;
    private static final int NOT_TRIED = 2;

    private SampleCommands() {}

    /**
     * Reads what the settings say of SQL and nothing else: no secret, and nothing of any source or target.
     *
     * @return the exit status of the process
     */
    static int test(Arguments arguments, PrintStream out, PrintStream errors) throws Exception {
        Problems problems = new Problems();
        try {
            Configuration given = new Configuration();
            if (arguments.hasSettings()) {
                given = Main.read(arguments, problems);
                Settings.checkKeys(given, problems);
            }
            if (arguments.sql() != null) {
                given.setString("sql.directory", arguments.sql());
            }
            QuerySettings settings = QuerySettings.from(Given.of(given, Secrets.standIns(), problems));
            return Samples.run(settings, arguments.tables(), out, problems) ? AS_EXPECTED : NOT_AS_EXPECTED;
        } catch (ProblemsException e) {
            e.sentences().forEach(errors::println);
            return NOT_TRIED;
        }
    }

    /** The columns of the source tables, as {@code test} reads them. */
    static String tables(Settings settings, Problems problems) {
        Map<String, Schema> shapes = new TreeMap<>();
        Map<String, RequiredColumns> required = new TreeMap<>();
        for (CapturePlan system : settings.systems()) {
            system.check(problems);
            shapes.putAll(system.schemas());
            required.putAll(system.requiredColumns());
        }
        problems.throwIfAny();
        return Samples.describe(shapes, required);
    }
}
