package io.tributary.command;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.settings.ProblemsException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers questions over the tables that the job makes. */
@Command(
        name = "query",
        sortOptions = false,
        description = {
            "Answer a SELECT over the job's Iceberg tables, as they were committed last.",
            "Without a text it asks for one after the other, each ended by a semicolon, and is quick from the second on."
                    + " SHOW TABLES and DESCRIBE <table> tell what there is, and \"<table>$snapshots\" of its history."
        })
final class QueryCommand implements Callable<Integer> {

    private static final String PROMPT = "tributary> ";
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private SettingsOption settings = new SettingsOption();

    @Option(names = "--json", description = "print each row as a JSON object, a line each")
    private boolean json;

    @Option(
            names = "--rows",
            paramLabel = "<number>",
            defaultValue = "1000",
            description = "how many rows are shown at most [1000]")
    private int most;

    @Parameters(arity = "0..1", paramLabel = "<select>", description = "the question")
    private @Nullable String question;

    @Override
    public Integer call() throws Exception {
        if (most < 1) {
            throw new picocli.CommandLine.ParameterException(
                    spec.commandLine(), "--rows cannot be " + most + ": it takes a number from 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (QueryEngine engine = QueryEngine.over(Lake.of(GivenSettings.read(settings.location())))) {
            if (question != null) {
                print(engine.ask(question, most), out);
                return 0;
            }
            return converse(engine, out);
        }
    }

    /** Until there are no more lines. What is wrong with one question does not end it. */
    private int converse(QueryEngine engine, PrintWriter out) throws Exception {
        boolean isTerminal = Boolean.getBoolean("tributary.terminal");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        StringBuilder text = new StringBuilder();
        boolean isAnyWrong = false;
        while (true) {
            if (isTerminal) {
                out.print(text.isEmpty() ? PROMPT : " ".repeat(PROMPT.length()));
            }
            out.flush();
            String line = in.readLine();
            if (line == null) {
                // Of a file or a pipe, the last question may do without a semicolon.
                boolean isAnswered = isTerminal || text.toString().isBlank() || answer(engine, text.toString(), out);
                return isTerminal || (isAnswered && !isAnyWrong) ? 0 : Tributary.PROBLEMS;
            }
            if (text.isEmpty() && line.strip().matches("(?i)exit|quit|\\\\q")) {
                return isTerminal || !isAnyWrong ? 0 : Tributary.PROBLEMS;
            }
            text.append(line).append('\n');
            if (text.toString().isBlank()) {
                text.setLength(0);
            } else if (line.strip().endsWith(";")) {
                isAnyWrong |= !answer(engine, text.toString(), out);
                text.setLength(0);
            }
        }
    }

    /** False, and said, if there is something wrong with it. */
    private boolean answer(QueryEngine engine, String question, PrintWriter out) throws Exception {
        try {
            print(engine.ask(question, most), out);
            return true;
        } catch (ProblemsException e) {
            e.sentences().forEach(spec.commandLine().getErr()::println);
            return false;
        }
    }

    private void print(QueryEngine.Result result, PrintWriter out) throws Exception {
        if (json) {
            for (List<@Nullable Object> row : result.rows()) {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                for (int i = 0; i < row.size(); i++) {
                    object.put(result.columns().get(i), row.get(i));
                }
                out.println(JSON.writeValueAsString(object));
            }
        } else {
            Grid.print(result.columns(), result.rows(), out);
            out.println(result.rows().size() == 1 ? "1 row" : result.rows().size() + " rows");
        }
        if (!result.isWhole()) {
            spec.commandLine().getErr().println("There are more rows: --rows shows as many as you say");
        }
        out.flush();
    }
}
