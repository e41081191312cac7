package io.tributary.local.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EndsTest {

    @TempDir
    private Path folder;

    @Test
    void tablesOfTopicsAreKnownHoweverTheTopicsAreNamed() throws Exception {
        Path database =
                write("database", "postgres:\n  tables: [public.orders, public.people=customers, public.towns]\n");
        String direct = "postgres:\n  tables: [public.towns]\n";

        assertThat(topicTables("kafka:\n  topics: [s.public.orders, s.public.people=customers]\n", database))
                .containsExactlyInAnyOrder("orders", "customers");
        assertThat(topicTables(
                        "kafka:\n  topics: [shop]\n  tables: [public.orders, public.people=customers]\n", database))
                .containsExactlyInAnyOrder("orders", "customers");
        assertThat(topicTables("kafka:\n  topic-pattern: s\\.public\\..*\n" + direct, database))
                .containsExactlyInAnyOrder("orders", "customers");
        assertThat(topicTables(direct, null)).isEmpty();
    }

    @Test
    void severalDatabasesAreRefused() throws Exception {
        Path several = write("several", "sources:\n  crm:\n    postgres:\n      tables: [public.people]\n");
        Path database = write("database", "postgres:\n  tables: [public.people]\n");

        assertThatThrownBy(() -> Ends.of(several, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Several databases are named by sources.*");
        assertThat(Ends.of(several, database).tables()).containsOnlyKeys("people");
    }

    private Set<String> topicTables(String settings, @Nullable Path database) throws Exception {
        return Ends.of(write("settings", settings), database).topicTables();
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name + ".yaml"), text);
    }
}
