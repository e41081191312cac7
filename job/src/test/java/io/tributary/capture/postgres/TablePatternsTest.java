package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.SettingsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablePatternsTest {

    private final Problems problems = new Problems();

    private PostgresSettings settings(String tables, String... more) {
        Map<String, String> values = new HashMap<>();
        values.put("postgres.hostname", "localhost");
        values.put("postgres.database", "shop");
        values.put("postgres.username", "reader");
        values.put("postgres.password", "env:PASSWORD");
        values.put("postgres.tables", tables);
        for (int i = 0; i < more.length; i += 2) {
            values.put(more[i], more[i + 1]);
        }
        return PostgresSettings.from(Given.of(Configuration.fromMap(values), TestDatabase.secrets("secret"), problems));
    }

    private static @Nullable String alias(PostgresSettings settings, String table) {
        PostgresTable found = settings.table(table);
        return found == null ? null : found.alias();
    }

    @Test
    void anEntryWithAStarIsForAllTablesThatFit() {
        PostgresSettings settings =
                settings("public.*;sales.order_*;tenant_*.orders={schema}:{table};public.people=folk");
        assertThat(problems.sentences()).isEmpty();
        assertThat(settings.tableNames()).containsExactly("folk");
        assertThat(alias(settings, "public.people")).isEqualTo("folk");
        assertThat(alias(settings, "public.carts")).isEqualTo("carts");
        assertThat(alias(settings, "public.a.b")).isEqualTo("a.b");
        assertThat(alias(settings, "sales.order_items")).isEqualTo("order_items");
        assertThat(alias(settings, "sales.orders")).isNull();
        assertThat(alias(settings, "tenant_7.orders")).isEqualTo("tenant_7:orders");
        assertThat(alias(settings, "Public.carts")).isNull();
    }

    @Test
    void aStarInTheNameOfASchemaEndsWithThat() {
        PostgresSettings settings = settings("*.orders");
        assertThat(alias(settings, "a.orders")).isEqualTo("orders");
        assertThat(alias(settings, "a.b.orders")).isNull();
    }

    @Test
    void aMinusLeavesTablesOut() {
        PostgresSettings settings = settings("*.*;-audit.*;-*.tmp_*");
        assertThat(alias(settings, "public.people")).isEqualTo("people");
        assertThat(alias(settings, "audit.people")).isNull();
        assertThat(alias(settings, "public.tmp_1")).isNull();
    }

    @Test
    void whatIsSaidOfATableByItsNameHoldsWhicheverPatternItFits() {
        PostgresSettings settings =
                settings("*.*={schema}_{table}", "tables.a_b.key", "x;y").limitingRowsTo(MemorySize.ofMebiBytes(2));
        assertThat(settings.table("a.b")).satisfies(table -> {
            assertThat(table.key()).containsExactly("x", "y");
            assertThat(table.quoted()).isEqualTo("\"a\".\"b\"");
            assertThat(table.maxRowSize()).isEqualTo(MemorySize.ofMebiBytes(2));
        });
        assertThat(settings.table("a.c"))
                .satisfies(table -> assertThat(table.key()).isNull());
    }

    @Test
    void whatCannotBeMeantIsNamed() {
        settings("people;*;-audit;-a.b=c;public.a;public.*;-public.a");
        assertThat(problems.sentences())
                .containsExactly(
                        "postgres.tables: 'people' has to be schema.table or schema.table=alias",
                        "postgres.tables: '*' has to be schema.table or schema.table=alias",
                        "postgres.tables: '-audit' leaves tables out, so it has to be -schema.table",
                        "postgres.tables: '-a.b=c' leaves tables out, so it has to be -schema.table",
                        "postgres.tables names public.a and leaves it out: take one of the two entries out");
    }

    @Test
    void yamlSaysTheSame(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("shop.yaml"), """
                postgres:
                  hostname: localhost
                  database: shop
                  username: reader
                  password: env:PASSWORD
                  tables:
                    - public.*
                    - "*.orders={schema}_{table}"
                    - -public.audit_*
                """);
        PostgresSettings settings = PostgresSettings.from(
                Given.of(SettingsFile.read(file.toString(), problems), TestDatabase.secrets("secret"), problems));
        assertThat(problems.sentences()).isEmpty();
        assertThat(List.of("public.orders", "sales.orders", "public.audits"))
                .extracting(table -> alias(settings, table))
                .containsExactly("orders", "sales_orders", "audits");
        assertThat(alias(settings, "public.audit_1")).isNull();
    }
}
