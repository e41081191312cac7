package io.tributary.aws.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.settings.SecretsManagerStore;
import io.tributary.sink.redshift.MergeStatus;
import io.tributary.sink.redshift.RedshiftRunner;
import io.tributary.sink.redshift.RedshiftSettings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * One round of the job's {@code redshift merge}: refresh, shapes, and the merge of each table that has new records. It is given the
 * settings, and fails with what keeps the warehouse or a table behind, so that what watches it sees it.
 *
 * <p>Assumes that one round runs at a time in a process. Between two rounds the connection stays open; after one that failed the
 * password is asked for again, since it may be a new one.
 */
public final class MergeRound implements RequestHandler<Map<String, String>, Map<String, Object>> {

    /** The pipeline's outputs, those that SQL files make included: records of others are put aside. */
    private static final ConfigOption<List<String>> TABLES =
            ConfigOptions.key("sql.pass-through").stringType().asList().defaultValues();

    private @Nullable RedshiftRunner runner;
    private Map<String, String> given = Map.of();

    /** Lambda makes one for each process. */
    public MergeRound() {}

    @Override
    public Map<String, Object> handleRequest(Map<String, String> settings, @Nullable Context context) {
        List<MergeStatus> statuses = new ArrayList<>();
        try {
            RedshiftRunner merges = runner(settings);
            statuses.addAll(merges.mergeOnce());
            MergeStatus landing = merges.landing();
            if (landing != null) {
                statuses.add(landing);
            }
        } catch (SQLException e) {
            forget();
            throw new IllegalStateException(e.getMessage(), e);
        } catch (RuntimeException e) {
            forget();
            throw e;
        }
        statuses.forEach(System.out::println);
        List<String> problems = statuses.stream()
                .filter(status -> status.problem() != null)
                .map(status -> status.table() + ": " + status.problem())
                .collect(Collectors.toList());
        if (!problems.isEmpty()) {
            throw new IllegalStateException("Behind are " + String.join("; ", problems));
        }
        return Map.of("tables", statuses.size());
    }

    private RedshiftRunner runner(Map<String, String> settings) {
        RedshiftRunner existing = runner;
        if (existing != null && given.equals(settings)) {
            return existing;
        }
        forget();
        Problems problems = new Problems();
        RedshiftSettings read = RedshiftSettings.from(Given.of(
                Configuration.fromMap(settings), new Secrets(System::getenv, new SecretsManagerStore()), problems));
        problems.throwIfAny();
        if (!read.isEnabled()) {
            throw new IllegalArgumentException("redshift.url is missing: merges need it");
        }
        RedshiftRunner made =
                new RedshiftRunner(read, Configuration.fromMap(settings).get(TABLES));
        runner = made;
        given = Map.copyOf(settings);
        return made;
    }

    private void forget() {
        RedshiftRunner existing = runner;
        runner = null;
        if (existing != null) {
            existing.close();
        }
    }
}
