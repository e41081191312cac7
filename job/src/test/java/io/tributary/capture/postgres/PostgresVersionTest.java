package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresVersionTest {

    private static final int NEWEST = 18;

    @Test
    void aVersionThatIsAskedForIsTheOneThatRuns() {
        String asked = System.getProperty("postgres.version", "17");
        assertThat(TestDatabase.version()).isEqualTo(Integer.parseInt(asked));
    }

    @Test
    void rowsAreMovedIntoANewerServer(@TempDir Path folder) throws Exception {
        assumeThat(PostgresVersion.isThere(NEWEST))
                .as("mvn -Ppostgres-versions has fetched it")
                .isTrue();
        try (OwnServer old = OwnServer.in(folder.resolve("old")).start();
                OwnServer newer = OwnServer.in(folder.resolve("newer"), PostgresVersion.of(NEWEST))
                        .start()) {
            old.run("CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (1, E'a\\tb'), (2, NULL)");
            newer.run("CREATE TABLE t (id int PRIMARY KEY, v text)");
            old.copyRows(newer, "t");
            assertThat(newer.ask("SHOW server_version_num")).startsWith(String.valueOf(NEWEST));
            assertThat(newer.ask(Target.query("t", "id", "v"))).isEqualTo("1|a\tb\n2|null\n");
        }
    }
}
