package io.tributary.command;

import static java.util.Objects.requireNonNull;

import io.tributary.Main;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes a settings file and first SQL files for a database, and has them checked. */
@Command(
        name = "init",
        sortOptions = false,
        description = {
            "Look at a database, write a settings file and first SQL files for it, and check them.",
            "In a terminal it asks for what is not given. Nothing that is there is overwritten."
        })
final class InitCommand implements Callable<Integer> {

    private enum For {
        local,
        aws
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ArgGroup(exclusive = false, validate = false, heading = "The database:%n")
    private final DatabaseOptions source = new DatabaseOptions();

    @Option(
            names = "--tables",
            paramLabel = "<table>",
            split = ",",
            description = "the tables, with commas between them; all that have a primary key by default")
    private @Nullable List<String> tables;

    @Option(
            names = "--for",
            paramLabel = "<local|aws>",
            defaultValue = "local",
            description = "local: Iceberg in a folder of this machine. aws: Iceberg in S3 with Glue, and Redshift if"
                    + " --redshift-url is given [local]")
    private For target = For.local;

    @Option(
            names = "--folder",
            paramLabel = "<folder>",
            description = "where all is written; a new one with the pipeline's name by default")
    private @Nullable Path folder;

    @Option(
            names = "--name",
            paramLabel = "<name>",
            description = "of the pipeline and its file; the database's by default")
    private @Nullable String name;

    @ArgGroup(exclusive = false, validate = false, heading = "With --for aws:%n")
    private final AwsOptions aws = new AwsOptions();

    @Option(names = "--ask", description = "ask for what is not given, even if the input is no terminal")
    private boolean ask;

    @Override
    public Integer call() throws Exception {
        if (target == For.aws) {
            aws.check(spec.commandLine());
        }
        Problems missing = new Problems();
        source.complete(ask, spec.commandLine(), missing);
        if (!missing.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join(System.lineSeparator(), missing.sentences()));
        }
        String pipeline = (name == null ? source.login().database() : name)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9_]", "_");
        Path within = folder == null ? Path.of(pipeline) : folder;
        Path file = within.toAbsolutePath().normalize().resolve(pipeline + ".yaml");
        if (Files.exists(file)) {
            throw Problem.of(file + " is there already: name another folder with --folder, or move it away");
        }
        source.keepPassword(requireNonNull(file.getParent()));
        DatabaseLook look = look();
        Chosen chosen = Chosen.of(look, tables, spec.commandLine().getOut());
        write(file, pipeline, look, chosen);
        if (target == For.local) {
            plan(file);
            say("");
            say("Run it here: " + Tributary.typed() + " run --local --settings " + file);
        } else {
            say("Check it: " + Tributary.typed() + " plan --settings " + file);
        }
        return 0;
    }

    private DatabaseLook look() throws SQLException {
        try (Connection connection = source.login().connect()) {
            return DatabaseLook.at(connection);
        }
    }

    private void write(Path file, String pipeline, DatabaseLook look, Chosen chosen) throws IOException {
        Path within = requireNonNull(file.getParent());
        Path sql = within.resolve("sql");
        Files.createDirectories(sql);
        FirstSettings settings = new FirstSettings(pipeline)
                .postgres(source.login(), "tributary_" + pipeline, chosen.entries())
                .sql(sql.toString(), chosen.names().values());
        if (target == For.local) {
            settings.lake(pipeline, within.resolve(pipeline + ".lake"));
        } else {
            aws.write(settings, pipeline);
        }
        Files.writeString(file, settings.toString());
        say("Wrote " + file + ": " + chosen.names().size() + " tables");
        for (Map.Entry<String, String> made :
                FirstFiles.of(chosen, look.foreignKeys()).entrySet()) {
            Path at = sql.resolve(made.getKey() + ".sql");
            if (Files.exists(at)) {
                say("Left " + at + " as it is");
            } else {
                Files.writeString(at, made.getValue());
                say("Wrote " + at);
            }
        }
    }

    /** As for a job that runs here. */
    private void plan(Path file) throws Exception {
        say("");
        spec.commandLine().getOut().flush();
        EmbeddedFlink.of(LocalFlink.of(Map.of(), StateFolder.of(file), 0, null))
                .during(() -> Main.main(new String[] {"plan", "--settings", file.toString()}));
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
