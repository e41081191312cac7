package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a pipeline in the systems around it. */
final class TeardownTest {

    private static Shop shop;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openShop() throws Exception {
        shop = Shop.open();
    }

    @AfterAll
    static void closeShop() throws Exception {
        shop.close();
    }

    private static boolean is(String query) throws Exception {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT EXISTS (" + query + ")")) {
            result.next();
            return result.getBoolean(1);
        }
    }

    private static boolean hasSlot() throws Exception {
        return is("SELECT 1 FROM pg_replication_slots WHERE slot_name = 'tributary'");
    }

    private static boolean hasPublication() throws Exception {
        return is("SELECT 1 FROM pg_publication WHERE pubname = 'tributary'");
    }

    private static void makeWhatAJobMakes() throws Exception {
        shop.run(
                "SELECT pg_create_logical_replication_slot('tributary', 'pgoutput')",
                "CREATE PUBLICATION tributary FOR TABLE orders");
    }

    @Test
    void whatIsLeftIsToldAndThenRemovedButNoTable() throws Exception {
        Path settings = shop.settings(folder);
        makeWhatAJobMakes();
        MadeTables lake = new MadeTables(folder);
        lake.customers(1, 10);

        Answer told = Answer.to("teardown", "--settings", settings.toString());
        assertThat(told.status()).as(told.error()).isZero();
        assertThat(told.out().lines())
                .containsExactly(
                        "With --yes this is removed:",
                        "  replication slot tributary of shop at localhost",
                        "  publication tributary of shop at localhost");
        assertThat(hasSlot()).isTrue();
        assertThat(hasPublication()).isTrue();

        Answer removed = Answer.to("teardown", "--yes", "--settings", settings.toString());
        assertThat(removed.status()).as(removed.error()).isZero();
        assertThat(hasSlot()).isFalse();
        assertThat(hasPublication()).isFalse();
        assertThat(lake.table("customers").currentSnapshot()).isNotNull();

        assertThat(Answer.to("teardown", "--yes", "--settings", settings.toString())
                        .out())
                .startsWith("There is nothing to remove.");
    }

    @Test
    void tablesGoIfTheirNamespaceIsNamedAndAJobHasWrittenThem() throws Exception {
        Path settings = shop.settings(folder);
        MadeTables lake = new MadeTables(folder);
        lake.customers(1, 10);
        lake.table("customers").newAppend().set("tributary.sink-id", "a").commit();
        lake.letters(1, OffsetDateTime.now());
        Path files = folder.resolve("lake/shop/customers");

        Answer others = Answer.to("teardown", "--yes", "--targets", "stock", "--settings", settings.toString());
        assertThat(others.status()).isEqualTo(2);
        assertThat(others.error())
                .startsWith("--targets stock is not the namespace of " + settings + ", which is shop");
        assertThat(files).exists();

        Answer removed = Answer.to("teardown", "--yes", "--targets", "shop", "--settings", settings.toString());
        assertThat(removed.status()).as(removed.error()).isZero();
        assertThat(removed.out().lines())
                .contains(
                        "  Iceberg table customers with its files",
                        "  Iceberg table dead_letters, to which no job has committed anything");
        assertThat(files).doesNotExist();
        assertThat(lake.table("dead_letters").currentSnapshot()).isNotNull();
    }

    @Test
    void whatIsNotTheJobsStays() throws Exception {
        Path settings = shop.settings(folder);
        Files.writeString(
                settings,
                Files.readString(settings).replace("postgres:\n", "postgres:\n  manage-publication: false\n"));
        makeWhatAJobMakes();
        try {
            Answer removed = Answer.to("teardown", "--yes", "--settings", settings.toString());

            assertThat(removed.out())
                    .contains(
                            "publication tributary of shop at localhost, which is not the job's: DROP PUBLICATION \"tributary\"");
            assertThat(hasSlot()).isFalse();
            assertThat(hasPublication()).isTrue();
        } finally {
            shop.run("DROP PUBLICATION tributary");
        }
    }

    @Test
    void aDatabaseThatIsAwayIsSaid() throws Exception {
        Path settings = shop.settings(folder);
        Files.writeString(settings, Files.readString(settings).replaceFirst("port: \\d+", "port: 1"));

        Answer answer = Answer.to("teardown", "--yes", "--settings", settings.toString());

        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.error()).contains("localhost").doesNotContain("\tat ");
    }
}
