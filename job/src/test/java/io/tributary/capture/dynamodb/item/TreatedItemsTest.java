package io.tributary.capture.dynamodb.item;

import static io.tributary.capture.Rules.hash;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.Rules;
import io.tributary.capture.dynamodb.DeclaredTable;
import io.tributary.capture.dynamodb.export.read.ExportedLines;
import io.tributary.change.Captured;
import io.tributary.change.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.junit.jupiter.api.Test;

class TreatedItemsTest {

    private static ItemRows rows(String... keysAndValues) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "tables.t.dynamodb.key",
                "pk",
                "tables.t.dynamodb.columns.pk",
                "BIGINT",
                "columns.hash-key",
                "env:KEY"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put("tables.t." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return new ItemRows(DeclaredTable.of(settings));
    }

    private static Map<String, String> values(ItemRows rows, String item) throws Exception {
        BinaryRowData row = rows.row(Tables.item(item));
        return Tables.values(rows.schema(), row);
    }

    @Test
    void attributesAreLeftOutAndHashedWhateverTheyAre() throws Exception {
        ItemRows rows = rows("columns.hash", "pk;email;note", "columns.exclude", "card;gone");
        String item = """
                {"pk":{"N":"7"}, "email":{"S":"private"}, "note":{"NULL":true}, "card":{"S":"private"},
                 "gone":{"M":{"private":{"S":"private"}}}, "town":{"S":"Ulm"}}""";
        assertThat(values(rows, item)).isEqualTo(Map.of("pk", hash("7"), "email", hash("private"), "town", "Ulm"));
        assertThat(rows.schema())
                .hasToString("t[pk STRING NOT NULL (hashed), email STRING (hashed), note STRING (hashed), town STRING]"
                        + " key [pk]");
        assertThat(rows.key(Tables.item("{\"pk\":{\"N\":\"7\"}}")).getString(0)).hasToString(hash("7"));
        assertThat(
                        values(
                                rows,
                                "{\"pk\":{\"N\":\"8\"},\"email\":{\"N\":\"1.50\"},\"note\":{\"M\":{\"a\":{\"L\":[]}}},\"card\":{\"BOOL\":true}}"))
                .isEqualTo(Map.of("pk", hash("8"), "email", hash("1.5"), "note", hash("{\"a\":[]}")));
    }

    @Test
    void whatIsSaidOfAMapIsSaidOfItsEntries() throws Exception {
        String item = """
                {"pk":{"N":"7"}, "address":{"M":{"street":{"S":"private"}, "town":{"S":"Ulm"}}}}""";
        String[] flatten = {"dynamodb.flatten", "address"};
        assertThat(values(rows(flatten[0], flatten[1], "columns.exclude", "address_street"), item))
                .isEqualTo(Map.of("pk", "7", "address_town", "Ulm"));
        assertThat(values(rows(flatten[0], flatten[1], "columns.exclude", "address"), item))
                .isEqualTo(Map.of("pk", "7"));
        assertThat(values(rows(flatten[0], flatten[1], "columns.hash", "address_street"), item))
                .isEqualTo(Map.of("pk", "7", "address_street", hash("private"), "address_town", "Ulm"));
        assertThat(values(rows(flatten[0], flatten[1], "columns.hash", "address"), item))
                .isEqualTo(Map.of("pk", "7", "address", hash("{\"street\":\"private\",\"town\":\"Ulm\"}")));
        assertThat(values(rows(flatten[0], flatten[1], "columns.include", "pk;address_town"), item))
                .isEqualTo(Map.of("pk", "7", "address_town", "Ulm"));
        assertThat(values(rows(flatten[0], flatten[1], "columns.include", "pk;address"), item))
                .isEqualTo(Map.of("pk", "7", "address_street", "private", "address_town", "Ulm"));
    }

    @Test
    void namesAreThoseOfColumns() throws Exception {
        ItemRows rows = rows(
                "dynamodb.lower-case-names",
                "true",
                "dynamodb.rename.E-Mail",
                "email",
                "columns.exclude",
                "email;card");
        assertThat(
                        values(
                                rows,
                                "{\"pk\":{\"N\":\"7\"},\"E-Mail\":{\"S\":\"private\"},\"Card\":{\"S\":\"private\"},\"Town\":{\"S\":\"Ulm\"}}"))
                .isEqualTo(Map.of("pk", "7", "town", "Ulm"));
    }

    @Test
    void deadLettersOfExportedLinesHaveNothingOfTheLine() {
        ExportedLines lines = new ExportedLines(Tables.plain("t").treating(Rules.of("exclude", "card")));
        for (String line : List.of(
                "{\"Item\":{\"pk\":{\"S\":\"1\"},\"card\":{\"N\":\"private\"}}}",
                "{\"Item\":{\"pk\":{\"S\":\"1\"},\"card\":private}}",
                "{\"Item\":{\"card\":{\"S\":\"private\"}}}")) {
            List<Captured> out = new ArrayList<>();
            lines.read(line, out::add);
            Rejected letter = (Rejected) out.get(0);
            assertThat(letter.raw()).isEmpty();
            assertThat(letter.reason())
                    .doesNotContain("private")
                    .startsWith("In file of the export export: ")
                    .contains("More of it is not shown");
        }
    }
}
