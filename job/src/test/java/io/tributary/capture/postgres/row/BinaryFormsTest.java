package io.tributary.capture.postgres.row;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.FormCases;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.capture.postgres.value.ColumnType;
import io.tributary.capture.postgres.value.Floats;
import io.tributary.capture.postgres.value.RowWriter;
import io.tributary.capture.postgres.value.Slice;
import io.tributary.capture.postgres.value.Text;
import io.tributary.capture.postgres.value.ValueForm;
import io.tributary.change.BinaryRows;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a value comes as text or in its binary form: it becomes the same, or is refused for the same reason. */
class BinaryFormsTest {

    private static final String TABLE = "forms";
    private static final String ORDER = " FROM forms ORDER BY id";
    private static final int RANDOM_ROWS = 300;

    private static TestDatabase database;
    private static List<String> types;
    private static int columns;
    private static int rows;

    @BeforeAll
    static void fill() throws Exception {
        database = TestDatabase.create();
        FormCases.prepare(database);
        List<FormCases.Case> cases = FormCases.all();
        types = cases.stream().map(FormCases.Case::type).toList();
        columns = cases.size() + 1;
        StringBuilder create = new StringBuilder("CREATE TABLE forms (id int PRIMARY KEY");
        StringBuilder random = new StringBuilder("INSERT INTO forms SELECT g + 1000");
        for (int i = 0; i < cases.size(); i++) {
            create.append(", c").append(i).append(' ').append(cases.get(i).type());
            String expression = cases.get(i).random();
            random.append(", ").append(expression == null ? "NULL" : expression);
        }
        database.run(
                create + ")",
                "ALTER TABLE forms REPLICA IDENTITY FULL",
                "CREATE PUBLICATION forms FOR TABLE forms",
                "SELECT pg_create_logical_replication_slot('forms_text', 'pgoutput')",
                "SELECT pg_create_logical_replication_slot('forms_binary', 'pgoutput')");
        database.run("INSERT INTO forms (id) VALUES (0)");
        int edges = cases.stream().mapToInt(c -> c.values().size()).max().orElseThrow();
        for (int row = 0; row < edges; row++) {
            List<String> names = new ArrayList<>();
            List<String> values = new ArrayList<>();
            for (int i = 0; i < cases.size(); i++) {
                if (row < cases.get(i).values().size()) {
                    names.add("c" + i);
                    values.add(cases.get(i).values().get(row));
                }
            }
            database.run("INSERT INTO forms (id, " + String.join(", ", names) + ") VALUES (" + (row + 1) + ", "
                    + String.join(", ", values) + ")");
        }
        database.run("SELECT setseed(0.25)", random + " FROM generate_series(1, " + RANDOM_ROWS + ") g ORDER BY g");
        rows = 1 + edges + RANDOM_ROWS;
    }

    @AfterAll
    static void drop() throws Exception {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Europe/Berlin", "America/St_Johns"})
    void aValueBecomesTheSameFromBothForms(String zone) throws Exception {
        try (Connection session = WireValues.session(database, zone, false)) {
            ColumnType[] columnTypes = columnTypes(session);
            List<Integer> known = known(columnTypes);
            List<Tuple> texts = WireValues.select(session, "SELECT *" + ORDER, columns);
            List<Tuple> binaries = WireValues.copy(session, "SELECT " + names(known) + ORDER, known.size());
            assertThat(texts).hasSize(rows);
            assertThat(binaries).hasSize(rows);
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < known.size(); i++) {
                    int column = known.get(i);
                    ColumnType type = columnTypes[column];
                    assertThat(outcome(requireNonNull(type.binary()), binaries.get(row), i))
                            .as("%s as %s in %s", name(column), WireValues.text(texts.get(row), column), zone)
                            .isEqualTo(outcome(type.text(), texts.get(row), column));
                    assertThat(json(requireNonNull(type.binary()), binaries.get(row), i))
                            .as("JSON of %s as %s in %s", name(column), WireValues.text(texts.get(row), column), zone)
                            .isEqualTo(json(type.text(), texts.get(row), column));
                }
            }
        }
    }

    /** Dead letters show it, and a row is looked up by it. */
    @Test
    void theBinaryFormIsPrintedAsTheServerPrintsItInUtc() throws Exception {
        try (Connection session = WireValues.session(database, "UTC", false)) {
            ColumnType[] columnTypes = columnTypes(session);
            List<Integer> known = known(columnTypes);
            List<Tuple> texts = WireValues.select(session, "SELECT *" + ORDER, columns);
            List<Tuple> binaries = WireValues.copy(session, "SELECT " + names(known) + ORDER, known.size());
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < known.size(); i++) {
                    if (binaries.get(row).isNull(i)) {
                        continue;
                    }
                    Text printed = new Text();
                    requireNonNull(columnTypes[known.get(i)].binary())
                            .print(binaries.get(row).value(i, new Slice()), printed);
                    assertThat(printed)
                            .as("%s", name(known.get(i)))
                            .hasToString(WireValues.text(texts.get(row), known.get(i)));
                }
            }
        }
    }

    @Test
    void theSlotSendsTheSameFormsAsTheSnapshot() throws Exception {
        try (Connection session = WireValues.session(database, "UTC", false);
                Connection textual = WireValues.session(database, "UTC", true);
                Connection binary = WireValues.session(database, "UTC", true)) {
            ColumnType[] columnTypes = columnTypes(session);
            List<Integer> known = known(columnTypes);
            List<Tuple> texts = WireValues.select(session, "SELECT *" + ORDER, columns);
            List<Tuple> copied = WireValues.copy(session, "SELECT " + names(known) + ORDER, known.size());
            List<Tuple> streamedTexts = WireValues.stream(textual, "forms_text", TABLE, false, rows, columns);
            List<Tuple> streamed = WireValues.stream(binary, "forms_binary", TABLE, true, rows, columns);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    assertThat(WireValues.bytes(streamedTexts.get(row), column))
                            .as("text of %s", name(column))
                            .isEqualTo(WireValues.bytes(texts.get(row), column));
                }
                for (int i = 0; i < known.size(); i++) {
                    int column = known.get(i);
                    assertThat(WireValues.bytes(streamed.get(row), column))
                            .as("binary form of %s", name(column))
                            .isEqualTo(WireValues.bytes(copied.get(row), i));
                    assertThat(streamed.get(row).isNull(column)
                                    || streamed.get(row).isBinary(column))
                            .isTrue();
                }
            }
        }
    }

    @Test
    void typesWhoseBinaryFormIsNotTheirTextAreReadAsText() throws Exception {
        try (Connection session = WireValues.session(database, "UTC", false)) {
            ColumnType[] columnTypes = columnTypes(session);
            List<String> textOnly = new ArrayList<>();
            for (int i = 1; i < columns; i++) {
                if (columnTypes[i].binary() == null) {
                    textOnly.add(types.get(i - 1));
                }
            }
            assertThat(textOnly)
                    .containsExactlyInAnyOrder(
                            "money",
                            "\"char\"",
                            "regclass",
                            "tsquery",
                            "aclitem",
                            "cube",
                            "seg",
                            "isbn13",
                            "money[]",
                            "box[]",
                            "paid",
                            "paid[]");
        }
    }

    @Test
    void aBinaryFormThatIsCutOffIsRefusedOrShorterAndNothingElse() throws Exception {
        try (Connection session = WireValues.session(database, "UTC", false)) {
            ColumnType[] columnTypes = columnTypes(session);
            List<Integer> known = known(columnTypes);
            String query = "SELECT " + names(known) + " FROM forms WHERE id < 1003 ORDER BY id";
            for (Tuple row : WireValues.copy(session, query, known.size())) {
                for (int i = 0; i < known.size(); i++) {
                    byte[] whole = WireValues.bytes(row, i);
                    Tuple cut = new Tuple(1);
                    for (int length = 0; whole != null && length < whole.length; length += 1 + length / 50) {
                        ByteBuffer message = ByteBuffer.allocate(6 + length).putShort((short) 1);
                        message.putInt(length).put(whole, 0, length).rewind();
                        assertThat(cut.readCopied(message, new boolean[] {true}))
                                .isTrue();
                        ValueForm form = requireNonNull(columnTypes[known.get(i)].binary());
                        // Whatever else is thrown would end the job.
                        outcome(form, cut, 0);
                        try {
                            form.print(cut.value(0, new Slice()), new Text());
                            form.json(cut.value(0, new Slice()), new Text());
                        } catch (Unreadable e) {
                            assertThat(e.getMessage()).isNotEmpty();
                        }
                    }
                }
            }
        }
    }

    @Test
    void theSnapshotGetsTheTextOfTypesThatAreTextOnly() throws Exception {
        try (Connection session = WireValues.session(database, "UTC", false)) {
            TypeCatalog catalog = new TypeCatalog(() -> session);
            List<String> selected = new ArrayList<>();
            for (Attribute attribute : attributes(session)) {
                selected.add(catalog.select(attribute));
            }
            ColumnType[] columnTypes = columnTypes(session);
            List<Tuple> texts = WireValues.select(session, "SELECT *" + ORDER, columns);
            List<Tuple> copied = WireValues.copy(session, "SELECT " + String.join(", ", selected) + ORDER, columns);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    if (columnTypes[column].binary() == null) {
                        assertThat(WireValues.bytes(copied.get(row), column))
                                .as("%s", name(column))
                                .isEqualTo(WireValues.bytes(texts.get(row), column));
                    }
                }
            }
        }
    }

    @Test
    void floatingPointNumbersArePrintedAsTheServerPrintsThemAndReadAgain() throws Exception {
        Random random = new Random(7);
        Double[] doubles = new Double[20_000];
        Arrays.setAll(doubles, i -> number(random, i));
        Float[] floats = new Float[20_000];
        Arrays.setAll(floats, i -> i % 2 == 0 ? Float.intBitsToFloat(random.nextInt()) : doubles[i].floatValue());
        try (Connection session = WireValues.session(database, "UTC", false)) {
            assertPrinted(
                    session,
                    "float8",
                    doubles,
                    (i, text) -> Floats.print((double) doubles[i], text),
                    Floats::readDouble);
            assertPrinted(
                    session, "float4", floats, (i, text) -> Floats.print((float) floats[i], text), Floats::readFloat);
        }
    }

    private interface Printed {
        void print(int index, Text text);
    }

    private interface Read {
        Object read(Slice text) throws Unreadable;
    }

    private static void assertPrinted(Connection session, String type, Object[] numbers, Printed printed, Read read)
            throws Exception {
        Array array = session.createArrayOf(type, numbers);
        try (PreparedStatement statement = session.prepareStatement(
                "SELECT v::text FROM unnest(?::" + type + "[]) WITH ORDINALITY AS t(v, n) ORDER BY n")) {
            statement.setArray(1, array);
            try (ResultSet result = statement.executeQuery()) {
                for (int i = 0; result.next(); i++) {
                    Text text = new Text();
                    printed.print(i, text);
                    assertThat(text).hasToString(result.getString(1));
                    assertThat(read.read(Slice.of(result.getString(1)))).isEqualTo(numbers[i]);
                }
            }
        }
    }

    private static double number(Random random, int i) {
        return switch (i % 6) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextInt(1_000_000) / 100.0;
            case 2 -> Math.scalb(1.0, random.nextInt(2098) - 1074);
            case 3 -> random.nextLong();
            case 4 -> Math.scalb(random.nextLong() & 0xfffff, random.nextInt(80) - 60);
            default -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
        };
    }

    private static ColumnType[] columnTypes(Connection session) throws SQLException {
        TypeCatalog catalog = new TypeCatalog(() -> session);
        List<ColumnType> found = new ArrayList<>();
        for (Attribute attribute : attributes(session)) {
            found.add(catalog.columnType(attribute.type(), attribute.modifier()));
        }
        return found.toArray(new ColumnType[0]);
    }

    private static List<Attribute> attributes(Connection session) throws SQLException {
        return TableColumns.of(requireNonNull(PostgresTable.parse("public.forms")), () -> session)
                .attributes();
    }

    private static List<Integer> known(ColumnType[] columnTypes) {
        List<Integer> known = new ArrayList<>();
        for (int i = 0; i < columnTypes.length; i++) {
            if (columnTypes[i].binary() != null) {
                known.add(i);
            }
        }
        return known;
    }

    private static String names(List<Integer> known) {
        IntFunction<String> name = i -> i == 0 ? "id" : "c" + (i - 1);
        return String.join(", ", known.stream().map(name::apply).toList());
    }

    private static String name(int column) {
        return column == 0 ? "int" : types.get(column - 1);
    }

    /** The bytes of a row that has the value alone, or why it has none. */
    private static String outcome(ValueForm form, Tuple tuple, int column) {
        RowWriter row = new RowWriter();
        row.start(1);
        try {
            if (tuple.isNull(column)) {
                row.setNull(0);
            } else {
                form.read(tuple.value(column, new Slice()), row, 0);
            }
            return HexFormat.of().formatHex(BinaryRows.bytes(row.row()));
        } catch (Unreadable e) {
            return requireNonNull(e.getMessage());
        }
    }

    private static String json(ValueForm form, Tuple tuple, int column) throws Unreadable {
        if (tuple.isNull(column)) {
            return "null";
        }
        Text json = new Text();
        form.json(tuple.value(column, new Slice()), json);
        return json.toString();
    }
}
