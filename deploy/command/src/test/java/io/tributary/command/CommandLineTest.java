package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What is said without any settings: help, versions, and what a mistake is answered with. */
final class CommandLineTest {

    @TempDir
    private Path folder;

    /** Every command, groups included, as words. */
    static List<String> commands() {
        List<String> commands = new ArrayList<>(List.of(""));
        collect(Tributary.commandLine(), "", commands);
        return commands;
    }

    private static void collect(CommandLine of, String before, List<String> commands) {
        of.getSubcommands().forEach((name, command) -> {
            commands.add((before + " " + name).strip());
            collect(command, before + " " + name, commands);
        });
    }

    private static String[] words(String command, String... more) {
        List<String> words = new ArrayList<>(command.isEmpty() ? List.of() : List.of(command.split(" ")));
        words.addAll(List.of(more));
        return words.toArray(new String[0]);
    }

    @Test
    void thereAreTheCommandsOfTheJob() {
        assertThat(commands())
                .contains(
                        "run",
                        "plan",
                        "test",
                        "tables",
                        "grants",
                        "resync",
                        "dynamodb export",
                        "reload",
                        "pause",
                        "resume",
                        "change",
                        "teardown",
                        "redshift print",
                        "redshift apply",
                        "redshift merge",
                        "redshift reload",
                        "redshift status",
                        "redshift pause",
                        "redshift resume",
                        "redshift schedule",
                        "watch");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpTellsOfTheCommand(String command) {
        Answer answer = Answer.to(words(command, "--help"));

        assertThat(answer.status()).isZero();
        assertThat(answer.error()).isEmpty();
        assertThat(answer.out())
                .startsWith(("Usage: tributary " + command).strip())
                .contains("--help")
                .contains("--version");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theVersionIsToldEverywhere(String command) {
        Answer answer = Answer.to(words(command, "--version"));

        assertThat(answer.status()).isZero();
        assertThat(answer.out()).matches("Tributary \\d+\\.\\d+\\.\\d+, Flink 1\\.20\\.\\d+, Iceberg .*\\R");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    plann                              | Unknown command plann; did you mean plan?
                    plan --setings x                   | Unknown option --setings; did you mean --settings?
                    plan --settings=x --tabel=y        | Unknown option --tabel
                    plan --settings                    | --settings is missing: <file>, the YAML file
                    plan                               | --settings is missing
                    plan --settings x y                | Unexpected argument y: what is not the value of an option begins with --
                    run --settings x                   | Say where: --local runs the job here, --cluster <host:port> submits it to a Flink cluster
                    run --local                        | --settings is missing: <file>, the YAML file of the settings: a path, or a URI
                    run --settings x --local --port a  | Invalid value for option '--port': 'a' is not an int
                    run --settings x --local --cluster h:1 | --local runs the job here, and --cluster elsewhere: give one of them
                    run --settings x --local --from s  | --from is for --cluster: with --local the job goes on from the newest checkpoint in its folder
                    run --settings x --cluster h:1 --state s | --state is for --local
                    watch --settings x                 | --metrics is missing: <host:port>, show metrics for Prometheus there, at /metrics
                    watch --settings x --metrics here  | --metrics here is no address: write it as 127.0.0.1:9250
                    resync --settings x                | Say which table resync is to have read again: --table <name>
                    resync --settings x --table t --show-all --for a | --show-all is for all, and --for for some: give one of them
                    dynamodb export --settings x --every soon | --every soon is not a duration: write it as 1h or 30min
                    status --settings x --serve here   | --serve here is no address: write it as 8090 or 0.0.0.0:8090
                    status --settings x --serve :80    | --serve :80 is no address
                    status --settings x --serve 70000  | --serve 70000 is no address
                    verify --settings x --keys 0       | --keys cannot be 0: it takes a number from 1
                    verify --settings x --wait soon    | --wait soon is not a duration: write it as 30s or 5min
                    plan --settings x --flink http://a | --flink is for --from running
                    plan --settings x --offline --save | --offline asks no system for anything: leave out --save and --from
                    plan --from running                | --from running needs --settings, which name the job
                    change --settings x                | --cluster is missing: <host:port>, the Flink cluster's REST interface
                    change --settings x --cluster :a   | --cluster :a is no address: write it as localhost:8081
                    change --settings x --cluster a:1 --patience soon | --patience soon is not a duration: write it as 5min or 1h
                    teardown                           | --settings is missing
                    pause --settings x                 | Say what redshift pause is for: --table <name>, or --group <name>
                    reload --settings x                | Say which table redshift reload is to fill again: --table <name>
                    redshift                           | Say which command: print, apply, merge
                    redshift prind                     | Unknown command prind; did you mean print?
                    """)
    void aMistakeIsNamed(String command, String sentence) {
        Answer answer = Answer.to(command.split(" "));

        assertThat(answer.error().lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line).startsWith(sentence));
        assertThat(answer.error()).doesNotContain("Exception").contains("--help");
        assertThat(answer.out()).isEmpty();
        assertThat(answer.status()).isEqualTo(2);
    }

    @Test
    void noCommandIsAnsweredWithWhatThereIs() {
        Answer answer = Answer.to();

        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.error())
                .startsWith("Say which command: init, run, change, status, query, letters, verify, teardown, plan, ")
                .contains("Usage: tributary");
    }

    @Test
    void whatIsWrongInTheSettingsIsSaidAtOnce() throws Exception {
        Path settings = Files.writeString(folder.resolve("a.yaml"), "postgres.slto: a\nlatest.partial-wait: soon\n");

        for (String[] command : List.of(
                new String[] {"plan", "--settings", settings.toString()},
                new String[] {"grants", "--settings", settings.toString()},
                new String[] {"run", "--local", "--state", folder.toString(), "--settings", settings.toString()})) {
            Answer answer = Answer.to(command);

            assertThat(answer.error().lines())
                    .contains("Unknown setting postgres.slto; the nearest known one is postgres.slot")
                    .anyMatch(line -> line.contains("latest.partial-wait"))
                    .doesNotHaveDuplicates();
            assertThat(answer.status()).isEqualTo(1);
        }
    }

    @Test
    void settingsThatAreNotThereAreNamed() {
        for (String command : List.of("plan", "run --local")) {
            Answer answer = Answer.to(
                    words(command, "--settings", folder.resolve("none.yaml").toString()));

            assertThat(answer.error()).contains("none.yaml cannot be read").doesNotContain("\tat ");
            assertThat(answer.status()).isEqualTo(1);
        }
    }

    @Test
    void whatAPlanIsComparedWithHasToBeThere() throws Exception {
        Path settings = Files.writeString(folder.resolve("shop.yaml"), "name: shop");
        assertThat(Answer.to("plan", "--from", "running", "--settings", settings.toString())
                        .error())
                .startsWith("No job runs on this machine with these settings: --flink says where its Flink is");
        assertThat(Answer.to(
                                "plan",
                                "--from",
                                "running",
                                "--flink",
                                "http://127.0.0.1:1",
                                "--settings",
                                settings.toString())
                        .error())
                .startsWith("Flink at http://127.0.0.1:1 does not answer: ")
                .doesNotContain("\tat ");
    }

    @Test
    void whatIsPassedOnComesBackAsItIs() throws Exception {
        Path sql = Files.createDirectories(folder.resolve("sql/a.test/one"))
                .getParent()
                .getParent();
        Files.writeString(sql.resolve("tables.yaml"), "t: {key: [id], columns: {id: INT NOT NULL, s: STRING}}\n");
        Files.writeString(sql.resolve("a.sql"), "-- key: id\nSELECT id, UPPER(s) AS s FROM t");
        Files.writeString(sql.resolve("a.test/one/t.csv"), "id,s\n1,hey\n");
        Files.writeString(sql.resolve("a.test/one/expected.csv"), "id,s\n1,HEY\n");

        Answer answer = Answer.to("test", "--sql", sql.toString(), "--table=a");

        assertThat(answer.out()).isEqualTo("sql/a.sql: 1 case, as expected" + System.lineSeparator());
        assertThat(answer.status()).isZero();
    }

    @Test
    void theShellIsToldEveryCommandAndOption() {
        Answer answer = Answer.to("completion");

        assertThat(answer.status()).isZero();
        assertThat(answer.out()).startsWith("#!").contains("--application-properties", "redshift", "merge", "--local");
    }
}
