package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A SQL file reads what the settings declare, and reaches nothing beyond it. */
final class OptionsHintsTest {

    @TempDir
    private Path sql;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'url'='jdbc:postgresql://attacker.example.com/x'",
                "'table-name'='pg_authid'",
                "'username'='postgres'",
                "'password'=''",
                "'driver'='com.example.Driver'",
                "'connector'='filesystem', 'path'='file:///etc/passwd', 'format'='raw'",
                "'lookup.partial-cache.max-rows'='5', 'url'='jdbc:postgresql://attacker.example.com/x'",
                "'scan.partition.column'='id'",
                "'lookup.max-retries'='1000000'"
            })
    void aLookupIsReachedAsTheSettingsSay(String options) throws IOException {
        assertThat(problems(lookupJoin("/*+ OPTIONS(" + options + ") */")))
                .isNotEmpty()
                .allSatisfy(problem ->
                        assertThat(problem).contains("an OPTIONS hint sets").contains("sql.lookup.<name>"))
                .allSatisfy(problem ->
                        assertThat(problem).doesNotContain("attacker").doesNotContain("passwd"));
    }

    @Test
    void theMessageSaysWhereTheOptionStands() throws IOException {
        assertThat(problems(lookupJoin("/*+ OPTIONS('lookup.cache'='NONE',\n  'url'='jdbc:postgresql://x/y') */")))
                .first()
                .asString()
                .matches("(?s).*example\\.sql:5:3: an OPTIONS hint sets 'url'\\..*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*+ options('url'='jdbc:x') */",
                "/*+ `OPTIONS`('url'='jdbc:x') */",
                "/*+OPTIONS ( 'url' = 'jdbc:x' )*/",
                "/*+\n--\nOPTIONS('url'='jdbc:x') */",
                "/*+ OPTIONS('lookup.cache'='NONE') *//*+ OPTIONS('url'='jdbc:x') */",
                "/*+ LOOKUP('table'='regions'), OPTIONS('url'='jdbc:x') */",
                "/*+ OPTIONS('lookup.cache'='it''s', 'url'='jdbc:x') */"
            })
    void howeverItIsWritten(String hint) throws IOException {
        assertThat(problems(lookupJoin(hint))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'connector'='filesystem', 'path'='file:///etc/passwd', 'format'='raw'",
                "'connector'='jdbc', 'url'='jdbc:postgresql://x/y', 'table-name'='t'",
                "'anything'='at all'"
            })
    void aSourceTableTakesNoOptions(String options) throws IOException {
        assertThat(problems("-- key: id\nSELECT id FROM orders /*+ OPTIONS(" + options + ") */"))
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem).contains("an OPTIONS hint sets"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*+ OPTIONS('lookup.cache'='NONE') */",
                "/*+ OPTIONS('lookup.cache'='PARTIAL', 'lookup.partial-cache.max-rows'='7') */",
                "/*+ OPTIONS('lookup.partial-cache.expire-after-access'='1 h') */"
            })
    void howALookupIsCachedIsTheFilesToSay(String hint) throws IOException {
        assertThat(problems(lookupJoin(hint))).isEmpty();
    }

    @Test
    void otherHintsAndHintsInWordsAreLeftAlone() throws IOException {
        assertThat(problems("""
                -- key: id
                -- Not a hint: /*+ OPTIONS('url'='x') */
                SELECT /*+ BROADCAST(c) */ o.id, c.name, '/*+ OPTIONS(''url''=''x'') */' AS words
                FROM orders AS o LEFT JOIN customers AS c ON c.id = o.customer_id
                """)).isEmpty();
    }

    private static String lookupJoin(String hint) {
        return """
                -- key: id
                SELECT o.id, r.region
                FROM orders AS o
                LEFT JOIN regions %s FOR SYSTEM_TIME AS OF o.proc_time AS r ON r.customer = o.customer_id
                """.formatted(hint);
    }

    private List<String> problems(String text) throws IOException {
        Files.writeString(sql.resolve("example.sql"), text);
        Problems problems = new Problems();
        Queries.compile(
                QueriesTest.settings(
                        Map.of(
                                "sql.directory", sql.toString(),
                                "sql.lookup.regions.url", "jdbc:postgresql://localhost:1/none",
                                "sql.lookup.regions.columns", "customer BIGINT;region STRING"),
                        problems),
                ShopTables.ALL,
                problems);
        return problems.sentences();
    }
}
