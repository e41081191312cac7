package io.tributary.command;

import io.tributary.capture.ColumnSettings;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresSources;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.ConnectionFailure;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Slot;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.sink.redshift.RedshiftScript;
import io.tributary.sink.redshift.RedshiftSettings;
import io.tributary.sink.redshift.WarehouseTeardown;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What a pipeline that is gone for good has left in the systems around it. It is found first, with all that keeps it from being
 * removed, and removed then.
 */
final class Teardown {

    /** In the summary of each snapshot that a job made. */
    private static final String OF_A_JOB = "tributary.sink-id";

    private static final String OWNS_PUBLICATION =
            "SELECT pg_catalog.pg_get_userbyid(pubowner) = current_user FROM pg_catalog.pg_publication WHERE pubname = ?";

    /** One thing that is removed. */
    private record Step(String what, Removal removal) {}

    private interface Removal {
        void run() throws Exception;
    }

    private final List<Step> steps = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final Problems problems = new Problems();

    private Teardown() {}

    /**
     * Fails with all that is in the way.
     *
     * @param targets whether the tables of the targets go, too
     */
    static Teardown of(GivenSettings settings, boolean targets) {
        Given given = settings.given();
        ColumnSettings columns = ColumnSettings.from(given);
        List<PostgresSettings> sources = given.hasAny("postgres.") || given.hasAny("sources.")
                ? PostgresSources.from(given, columns, false)
                : List.of();
        RedshiftSettings redshift = RedshiftSettings.from(given);
        settings.throwIfAny();
        Teardown teardown = new Teardown();
        sources.forEach(teardown::source);
        if (redshift.isEnabled()) {
            teardown.warehouse(redshift, targets);
        }
        if (targets) {
            teardown.lake(Lake.of(settings));
        }
        teardown.problems.throwIfAny();
        return teardown;
    }

    private void source(PostgresSettings source) {
        String of = source.server().database() + " at " + source.server().hostname();
        try (Connection connection = JdbcOptions.connect(source)) {
            Server server = new Server(connection);
            Slot slot = new Slot(server, source);
            slot.checkFree(problems);
            if (slot.exists()) {
                steps.add(new Step("replication slot " + source.slot() + " of " + of, () -> at(source, Slot::drop)));
            }
            String publication = source.publication();
            String owns = server.find(OWNS_PUBLICATION, publication);
            if (owns != null && source.managePublication() && owns.equals("t")) {
                String drop = "DROP PUBLICATION " + Sql.identifier(publication);
                steps.add(new Step("publication " + publication + " of " + of, () -> {
                    try (Connection again = JdbcOptions.connect(source)) {
                        new Server(again).run(drop);
                    }
                }));
            } else if (owns != null) {
                left.add("publication " + publication + " of " + of + ", which is not the job's: " + "DROP PUBLICATION "
                        + Sql.identifier(publication) + " drops it");
            }
        } catch (SQLException e) {
            problems.add(ConnectionFailure.explain(e, source));
        }
    }

    private interface OfSlot {
        void run(Slot slot) throws SQLException;
    }

    private static void at(PostgresSettings source, OfSlot action) throws SQLException {
        try (Connection connection = JdbcOptions.connect(source)) {
            action.run(new Slot(new Server(connection), source));
        }
    }

    private void warehouse(RedshiftSettings redshift, boolean targets) {
        try (Connection connection = RedshiftScript.connect(redshift)) {
            for (String statement : new WarehouseTeardown(redshift, connection).statements(targets)) {
                steps.add(new Step("in the warehouse: " + statement, () -> {
                    try (Connection again = RedshiftScript.connect(redshift)) {
                        new WarehouseTeardown(redshift, again).run(List.of(statement));
                    }
                }));
            }
        } catch (SQLException e) {
            problems.add("The warehouse at " + redshift.url() + ": " + e.getMessage());
        }
    }

    private void lake(Lake lake) {
        Catalog catalog = lake.loadCatalog();
        for (String name : lake.tables(catalog)) {
            TableIdentifier identifier = TableIdentifier.of(lake.namespace(), name);
            if (isOfAJob(catalog.loadTable(identifier))) {
                steps.add(new Step(
                        "Iceberg table " + name + " with its files",
                        () -> lake.loadCatalog().dropTable(identifier, true)));
            } else {
                left.add("Iceberg table " + name + ", to which no job has committed anything");
            }
        }
    }

    private static boolean isOfAJob(Table table) {
        return StreamSupport.stream(table.snapshots().spliterator(), false)
                .anyMatch(snapshot -> snapshot.summary().containsKey(OF_A_JOB));
    }

    /** What is removed, in its order. */
    List<String> removed() {
        return steps.stream().map(Step::what).toList();
    }

    /** What might be expected to be removed, and is not, with the reason. */
    List<String> left() {
        return left;
    }

    /** Everything, in its order; a problem for each that could not be. */
    void run() {
        for (Step step : steps) {
            try {
                step.removal.run();
            } catch (Exception e) {
                problems.add(step.what + " could not be removed: " + Sentence.of(e));
            }
        }
        problems.throwIfAny();
    }
}
