package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What init writes is what plan accepts, whatever the tables are called. */
final class InitTest {

    private static Shop shop;

    @TempDir
    private Path folder;

    private Path password;

    @BeforeAll
    static void openShop() throws Exception {
        shop = Shop.open();
    }

    @AfterAll
    static void closeShop() throws Exception {
        shop.close();
    }

    @BeforeEach
    void writePassword() throws Exception {
        password = Files.writeString(folder.resolve("secret"), Shop.PASSWORD);
    }

    private Answer init(String... more) {
        List<String> words = new ArrayList<>(List.of(
                "init",
                "--host=localhost",
                "--port=" + shop.port(),
                "--database=shop",
                "--user=shop",
                "--password=file:" + password));
        words.addAll(List.of(more));
        if (words.stream().noneMatch(word -> word.startsWith("--folder"))) {
            words.add("--folder=" + folder);
        }
        return Answer.to(words.toArray(new String[0]));
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("sql"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void planAcceptsWhatIsWritten() throws Exception {
        Answer answer = init();

        assertThat(answer.status()).as(answer.error()).isZero();
        assertThat(answer.out().lines())
                .containsSubsequence(
                        "Wrote " + folder.resolve("shop.yaml") + ": 2 tables",
                        "Everything is in place. The job will read",
                        "  customers (key id, 3 columns)",
                        "  orders (key id, 3 columns)",
                        "and write",
                        "  orders_per_customers (key id, 2 columns)",
                        "  orders_with_customers (key id, 5 columns)",
                        "Run it here: tributary run --local --settings " + folder.resolve("shop.yaml"))
                .anyMatch(line -> line.startsWith("Left out: table public.notes has no primary key"))
                .noneMatch(line -> line.contains("checkpoint"));
        assertThat(files()).containsExactly("orders_per_customers.sql", "orders_with_customers.sql");
        assertThat(folder.resolve("shop.yaml")).content().doesNotContain(Shop.PASSWORD);
        Answer plan =
                Answer.to("plan", "--settings", folder.resolve("shop.yaml").toString());
        assertThat(plan.status()).as(plan.error()).isZero();
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Files.createDirectories(folder.resolve("sql"));
        Path mine = Files.writeString(
                folder.resolve("sql/orders_per_customers.sql"), "-- key: id\nSELECT id, name FROM customers");
        assertThat(init().out()).contains("Left " + mine + " as it is");
        assertThat(mine).hasContent("-- key: id\nSELECT id, name FROM customers");

        Answer again = init();

        assertThat(again.status()).isEqualTo(1);
        assertThat(again.error()).startsWith(folder.resolve("shop.yaml") + " is there already");
    }

    @Test
    void aPersonIsAskedAndThePasswordGoesIntoAFileOfItsOwn() throws Exception {
        InputStream before = System.in;
        // The first question is for the host; an empty answer is its default, but there is none for the user.
        System.setIn(new ByteArrayInputStream(
                ("\n" + shop.port() + "\nshop\n\nshop\n" + Shop.PASSWORD + "\n").getBytes(StandardCharsets.UTF_8)));
        Answer answer;
        try {
            answer = Answer.to("init", "--ask", "--folder", folder.toString());
        } finally {
            System.setIn(before);
        }

        assertThat(answer.status()).as(answer.error()).isZero();
        assertThat(answer.out()).contains("Host of PostgreSQL [localhost]: ", "Everything is in place");
        assertThat(folder.resolve("password")).hasContent(Shop.PASSWORD);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                .isEqualTo("rw-------");
        assertThat(folder.resolve("shop.yaml")).content().contains("password: \"file:" + folder.resolve("password"));
    }

    @Test
    void namesThatMeanSomethingElseAreTakenAsNames() throws Exception {
        shop.run(
                "CREATE SCHEMA odd",
                "CREATE TABLE odd.orders (\"order\" bigint, \"Value\" text, \"user\" text, PRIMARY KEY (\"user\","
                        + " \"order\"))",
                "CREATE TABLE odd.\"select\" (\"table\" bigint PRIMARY KEY, \"key\" int)",
                "CREATE TABLE odd.\"a b\" (id bigint PRIMARY KEY)");
        try {
            Answer both =
                    init("--tables=public.orders,odd.orders", "--name=both", "--folder=" + folder.resolve("both"));
            assertThat(both.status()).as(both.error()).isZero();
            assertThat(both.out()).contains("odd_orders (key user, order, 3 columns)", "public_orders (key id");

            Answer keyword = init("--tables", "select", "--name=Keyword", "--folder=" + folder.resolve("keyword"));
            assertThat(keyword.status()).as(keyword.error()).isZero();
            assertThat(keyword.out()).contains("first_select (key table, 2 columns)", "keyword.yaml");

            Answer wrong = init("--tables", "orders,odd.a b,custmers,notes", "--folder=" + folder.resolve("wrong"));
            assertThat(wrong.error().lines())
                    .hasSize(4)
                    .contains("There are several tables orders: write odd.orders or public.orders")
                    .anyMatch(line -> line.startsWith("table odd.a b has a name, or a column, with other characters"))
                    .anyMatch(line -> line.startsWith("There is no table custmers; did you mean"))
                    .anyMatch(line -> line.startsWith("table public.notes has no primary key"));
            assertThat(wrong.status()).isEqualTo(1);
            assertThat(folder.resolve("wrong")).doesNotExist();
        } finally {
            shop.run("DROP SCHEMA odd CASCADE");
        }
    }

    @Test
    void theFormForAwsIsTakenByTheJob() throws Exception {
        Answer answer = init(
                "--for=aws",
                "--region=eu-central-1",
                "--bucket=example-bucket",
                "--redshift-url=jdbc:redshift://example.com:5439/dev",
                "--jdbc=sslmode=prefer");

        assertThat(answer.status()).as(answer.error()).isZero();
        String settings = folder.resolve("shop.yaml").toString();
        assertThat(answer.out()).contains("Check it: tributary plan --settings " + settings);
        assertThat(folder.resolve("shop.yaml")).content().contains("s3://example-bucket/lake", "sslmode: \"prefer\"");
        // It reads all settings, and asks nobody but for the secrets, of which one is out of reach here.
        Answer grants = Answer.to("grants", "--settings", settings);
        assertThat(grants.error()).doesNotContain("Unknown").doesNotContain("missing");
        assertThat(grants.error().lines()).allMatch(line -> line.startsWith("redshift.password"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    init                                                | 2 | --host is missing: where PostgreSQL is
                    init --host h --database d --user u --password p    | 2 | --password is a reference, and never the password itself
                    init --host h --database d --user u --password env:NO_SUCH | 1 | postgres.password
                    init --host localhost --port 1 --database d --user u --password env:PATH | 1 | Database d at localhost:1 does not let u in
                    init --for gcp --host h                             | 2 | Invalid value for option '--for'
                    init --for aws --host h                             | 2 | --region is missing
                    init --hots h                                       | 2 | Unknown option --hots; did you mean --host
                    """)
    void whatIsWrongIsNamed(String command, int status, String sentence) {
        Answer answer = Answer.to(command.split(" "));

        assertThat(answer.error()).startsWith(sentence).doesNotContain("\tat ");
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void aRefusedPasswordIsNotRepeated() throws Exception {
        Files.writeString(password, "hunter2-s3cret");

        Answer answer = init();

        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.error()).startsWith("Database shop at localhost:").doesNotContain("hunter2-s3cret");
    }
}
