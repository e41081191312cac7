package io.tributary.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.flink.FlinkCatalog;
import org.jspecify.annotations.Nullable;

/**
 * Flink in batch over the job's tables, kept for the next question.
 *
 * <p>Only what reads is taken: a catalog answers to DROP, too.
 */
final class QueryEngine implements AutoCloseable {

    private static final Pattern TELLS = Pattern.compile("(?is)\\s*(SHOW|DESCRIBE|DESC|EXPLAIN)\\b.*");
    private static final Pattern NO_TABLE = Pattern.compile("Object '([^']+)' not found");
    private static final int SLOTS = 2;

    private final Lake lake;
    private final EmbeddedFlink flink;
    private final TableEnvironment tables;

    private QueryEngine(Lake lake, EmbeddedFlink flink, TableEnvironment tables) {
        this.lake = lake;
        this.flink = flink;
        this.tables = tables;
    }

    /**
     * An answer.
     *
     * @param rows as text; null for NULL
     * @param isWhole whether these are all
     */
    record Result(List<String> columns, List<List<@Nullable Object>> rows, boolean isWhole) {}

    @SuppressWarnings("deprecation") // A catalog that is made by its factory gets no Hadoop configuration.
    static QueryEngine over(Lake lake) {
        Configuration configuration = new Configuration();
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, 1);
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, SLOTS);
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
        configuration.set(RestOptions.BIND_ADDRESS, "localhost");
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.setString("table.exec.iceberg.infer-source-parallelism", "false");
        EmbeddedFlink flink = EmbeddedFlink.of(configuration);
        TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.newInstance()
                .inBatchMode()
                .withConfiguration(configuration)
                .build());
        String[] levels = lake.namespace().levels();
        Namespace above = Namespace.of(Arrays.copyOf(levels, levels.length - 1));
        String database = levels[levels.length - 1];
        // Nothing is remembered: each question sees what was committed last.
        tables.registerCatalog(lake.name(), new FlinkCatalog(lake.name(), database, above, lake, Map.of(), false, -1));
        tables.useCatalog(lake.name());
        return new QueryEngine(lake, flink, tables);
    }

    /** Fails with a sentence if it is no question, or none about these tables. */
    Result ask(String text, int most) throws Exception {
        String question = text.strip().replaceFirst(";\\s*$", "");
        try {
            TableResult result = TELLS.matcher(question).matches()
                    ? tables.executeSql(question)
                    : tables.sqlQuery(question).execute();
            return read(result, most);
        } catch (RuntimeException e) {
            // A mistake in the question, or a value that it cannot be computed for.
            throw Problem.of(sentence(e));
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Error e) {
            // The parser has no other answer to a character that begins no word.
            throw Problem.of(sentence(e));
        }
    }

    @SuppressWarnings("try") // Who interrupts it ends the process.
    private static Result read(TableResult result, int most) throws Exception {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (CloseableIterator<Row> found = result.collect()) {
            while (rows.size() < most && found.hasNext()) {
                Row row = found.next();
                List<@Nullable Object> values = new ArrayList<>();
                for (int i = 0; i < row.getArity(); i++) {
                    values.add(PlainValue.of(row.getField(i)));
                }
                rows.add(values);
            }
            return new Result(result.getResolvedSchema().getColumnNames(), rows, !found.hasNext());
        }
    }

    private String sentence(Throwable failure) {
        String message = Sentence.of(failure).replaceFirst("(?s)\\RWas expecting.*", "");
        if (message.startsWith("Unsupported SQL query")) {
            return "query only reads: write a SELECT, SHOW TABLES or DESCRIBE <table>";
        }
        if (message.startsWith("Namespace does not exist")) {
            return "The job has made no tables yet in " + lake;
        }
        Matcher table = NO_TABLE.matcher(message);
        return table.find() ? "There is no table " + table.group(1) + lake.near(table.group(1)) : message;
    }

    @Override
    public void close() {
        flink.close();
    }
}
