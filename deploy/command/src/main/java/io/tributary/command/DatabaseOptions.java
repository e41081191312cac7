package io.tributary.command;

import static java.util.Objects.requireNonNull;

import io.tributary.settings.Problems;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where a database is and who asks it, as options, or else as a person answers. */
final class DatabaseOptions {

    private static final String PORT = "5432";
    private static final String REFERENCE = "(env|file|secretsmanager):.+";
    private static final String FILE = "password";

    /** The script says whether a person can answer. */
    private static final String TERMINAL = "tributary.terminal";

    @Option(names = "--host", paramLabel = "<host>", description = "where PostgreSQL is")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "<port>", description = "its port [" + PORT + "]")
    private @Nullable Integer port;

    @Option(names = "--database", paramLabel = "<name>", description = "the database")
    private @Nullable String database;

    @Option(names = "--user", paramLabel = "<name>", description = "the user, who may read its log and its tables")
    private @Nullable String user;

    @Option(
            names = "--password",
            paramLabel = "<reference>",
            description = "where the password is: env:NAME, file:/path or secretsmanager:id#key, and never itself")
    private @Nullable String password;

    @Option(
            names = "--jdbc",
            paramLabel = "<key=value>",
            description = "what else the driver is told, such as sslmode=require; may be given more than once")
    private Map<String, String> jdbc = new LinkedHashMap<>();

    private @Nullable Login login;
    private @Nullable String typed;

    /** Asks for what is missing, if somebody can answer; else each is a problem. */
    void complete(boolean ask, CommandLine command, Problems missing) throws IOException {
        if (ask || (isIncomplete() && Boolean.getBoolean(TERMINAL))) {
            ask(new Questions(
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), command.getOut()));
        }
        missing(host, "--host is missing: where PostgreSQL is", missing);
        missing(database, "--database is missing: the database", missing);
        missing(user, "--user is missing: the user who reads it", missing);
        missing(password, "--password is missing: where the password is, as env:NAME or file:/path", missing);
        if (password != null && !password.matches(REFERENCE)) {
            missing.add("--password is a reference, and never the password itself: env:NAME, file:/path or"
                    + " secretsmanager:id#key");
        }
        if (missing.isEmpty()) {
            login = new Login(
                    requireNonNull(host),
                    port == null ? Integer.parseInt(PORT) : port,
                    requireNonNull(database),
                    requireNonNull(user),
                    absolute(requireNonNull(password)),
                    jdbc);
        }
    }

    /** The settings are read from elsewhere, too. */
    private static String absolute(String reference) {
        String file = "file:";
        return reference.startsWith(file)
                ? file
                        + Path.of(reference.substring(file.length()))
                                .toAbsolutePath()
                                .normalize()
                : reference;
    }

    private boolean isIncomplete() {
        return host == null || database == null || user == null || password == null;
    }

    private static void missing(@Nullable String value, String sentence, Problems missing) {
        if (value == null) {
            missing.add(sentence);
        }
    }

    private void ask(Questions questions) throws IOException {
        host = host != null ? host : questions.ask("Host of PostgreSQL", "localhost");
        port = port != null ? port : Integer.valueOf(questions.ask("Port", PORT));
        database = database != null ? database : questions.ask("Database", "");
        user = user != null ? user : questions.ask("User", "");
        if (password == null) {
            String answer = questions.ask("Password, or where it is as env:NAME or file:/path", "");
            typed = answer.matches(REFERENCE) ? null : answer;
            password = typed == null ? answer : "file:" + FILE;
        }
    }

    /** A password that was typed goes into a file of the folder that its owner alone reads. */
    void keepPassword(Path folder) throws IOException {
        String answer = typed;
        if (answer == null) {
            return;
        }
        Files.createDirectories(folder);
        Path file = folder.resolve(FILE);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, answer, StandardOpenOption.WRITE);
        Login asked = login();
        login = new Login(asked.host(), asked.port(), asked.database(), asked.user(), "file:" + file, asked.jdbc());
    }

    Login login() {
        return requireNonNull(login);
    }
}
