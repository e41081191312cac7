package io.tributary.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NamedKeyTest {

    private static final String TABLES = "tables.<table>";

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "tables.orders.key, orders, key",
                "tables.Orders.key, Orders, key",
                "tables.\"my.table\".key, my.table, key",
                "tables.\"a\"\"b\".dynamodb.columns.x.y, 'a\"b', dynamodb.columns.x.y",
                "tables.\"orders\".key, orders, key",
                "tables.\"\".key, '', key",
                "tables.a\"b.key, 'a\"b', key",
                "tables.orders, orders, ''"
            })
    void isTakenApart(String key, String name, String rest) {
        NamedKey parsed = Objects.requireNonNull(NamedKey.parse(TABLES, key));

        assertThat(parsed.name()).isEqualTo(name);
        assertThat(parsed.rest()).isEqualTo(rest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tables",
                "tables.",
                "tables..key",
                "tables.\"my.table.key",
                "tables.\"my\"table.key",
                "table.orders.key",
                "tables.\"\"\".key"
            })
    void isNone(String key) {
        assertThat(NamedKey.parse(TABLES, key)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "Orders", "my.table", "a\"b", "\"", "\"\"", ".", "", "a b", "ünï", "\"a.b\".c"})
    void aNameComesBackFromTheKeyItIsPutInto(String name) {
        String key = NamedKey.of("tables.<table>.dynamodb.key", name);

        NamedKey parsed = Objects.requireNonNull(NamedKey.parse(TABLES, key));
        assertThat(parsed.name()).isEqualTo(name);
        assertThat(parsed.rest()).isEqualTo("dynamodb.key");
    }

    @Test
    void quotesStandWhereTheyAreNeeded() {
        assertThat(NamedKey.of("tables.<table>.key", "Orders")).isEqualTo("tables.Orders.key");
        assertThat(NamedKey.of("tables.<table>.key", "a.\"b")).isEqualTo("tables.\"a.\"\"b\".key");
    }
}
