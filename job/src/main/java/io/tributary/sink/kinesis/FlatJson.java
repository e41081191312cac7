package io.tributary.sink.kinesis;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.JsonText;
import io.tributary.change.Projection;
import io.tributary.change.RecordFields;
import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.jspecify.annotations.Nullable;

/**
 * The record of a row: one flat JSON object, compiled for rows of one shape that are shown in another which holds it.
 *
 * <p>The names are those of the columns in lower case, because Redshift matches the attributes of a SUPER value so. The
 * names of {@link RecordFields} come first. A delete has the key's columns only; a table that is made anew has none.
 */
final class FlatJson {

    /** The operation of a record that is of no row: what the table has with a lower version is gone. */
    static final char REPLACEMENT = 't';

    static final char HOLD = 'h';
    static final char RELEASE = 'f';

    private static final byte[] NULL = ascii("null");
    private static final byte[] VERSION = ascii("\",\"" + RecordFields.VERSION + "\":\"");
    private static final byte[] EXPIRED = ascii(",\"" + RecordFields.EXPIRED + "\":true");
    private static final byte[] TIMESTAMP = ascii("\",\"" + RecordFields.TIMESTAMP + "\":");
    private static final int VERSION_DIGITS = 32;

    private final byte[] start;
    private final byte[][] names;
    private final @Nullable ValueWriter[] writers;
    private final int[] sources;
    private final int[] key;
    private final Schema shown;

    private FlatJson(Schema rows, Schema shown, @Nullable ValueWriter[] writers, int[] sources) {
        this.shown = shown;
        this.writers = writers;
        this.sources = sources;
        this.key = shown.key();
        this.names = new byte[sources.length][];
        for (int i = 0; i < sources.length; i++) {
            names[i] = json("," + JsonText.quoted(nameOf(shown.columns().get(i))) + ":");
        }
        this.start = json("{\"" + RecordFields.TABLE + "\":" + JsonText.quoted(rows.table()) + ",\""
                + RecordFields.SCHEMA + "\":" + shown.number() + ",\"" + RecordFields.OPERATION + "\":\"");
    }

    /**
     * @param shown has every column of {@code rows}, of the same or a wider type, and {@link #problems} found none in it;
     *     if deletes only are written, this goes for the key's columns. If it has a relation, this goes for the key's columns as
     *     well, and others are null if it does not hold them
     */
    static FlatJson of(Schema rows, Schema shown) {
        @Nullable ValueWriter[] writers = new ValueWriter[shown.arity()];
        int[] sources = new int[shown.arity()];
        Projection byNumber = shown.relation() > 0 ? Projection.of(rows, shown) : null;
        for (int i = 0; i < writers.length; i++) {
            Column column = shown.columns().get(i);
            sources[i] = byNumber == null ? rows.indexOf(column.name()) : byNumber.sourceOf(i);
            if (sources[i] >= 0) {
                writers[i] = FoundValue.of(rows.columns().get(sources[i]), column);
            }
        }
        return new FlatJson(rows, shown, writers, sources);
    }

    /** Why rows of this shape cannot be shown as flat JSON, a sentence each; empty if they can. */
    static List<String> problems(Schema schema) {
        List<String> problems = new ArrayList<>();
        if (!schema.hasNumber()) {
            problems.add(
                    "Table " + schema.table() + " has " + schema.arity() + " columns, more than Kinesis records can"
                            + " number: name those that are needed in a SQL file, or keep names that are data in a map");
        }
        Set<String> seen = new HashSet<>();
        for (Column column : schema.columns()) {
            String where = "Column " + column.name() + " of table " + schema.table();
            String name = nameOf(column);
            if (RecordFields.isReserved(name)) {
                problems.add(where + " has the name of a field that every Kinesis record carries: rename the column,"
                        + " or give it another name in a SQL file");
            } else if (!seen.add(name)) {
                problems.add(where + " and another column differ in upper and lower case only, and names in Kinesis"
                        + " records are in lower case: rename one of them, or give it another name in a SQL file");
            }
            if (name.isEmpty() || name.indexOf('\0') >= 0) {
                problems.add(where + " has a name that is empty or holds the character NUL, which no target has: rename"
                        + " the column, or give it another name in a SQL file");
            }
            if (FoundValue.of(column, column) == null) {
                problems.add(where + " is of type " + column.type().asSummaryString()
                        + ", which Kinesis records have no form for: cast it to STRING in a SQL file");
            }
        }
        return problems;
    }

    static String nameOf(Column column) {
        return column.name().toLowerCase(Locale.ROOT);
    }

    /** The shape that the records show. */
    Schema shown() {
        return shown;
    }

    /** @param cuts gets the columns whose values the warehouse cannot hold, and says what becomes of these */
    void write(ChangelogRow row, char operation, Cuts cuts, JsonBuffer out) {
        start(row, operation, out);
        if (row.isOfTable()) {
            // Of no row.
        } else if (operation == 'd') {
            if (row.isExpiry()) {
                out.raw(EXPIRED);
            }
            for (int column : key) {
                column(row.row(), column, cuts, out);
            }
        } else {
            for (int column = 0; column < sources.length; column++) {
                column(row.row(), column, cuts, out);
            }
        }
        if (!cuts.columns().isEmpty()) {
            out.raw(json(cuts.columns().stream()
                    .map(JsonText::quoted)
                    .collect(Collectors.joining(",", ",\"" + RecordFields.CUT + "\":[", "]"))));
        }
        out.raw('}');
    }

    /** What the record of a shape says of itself, so that the warehouse can add, rename and widen columns. */
    void writeSchema(ChangelogRow first, JsonBuffer out) {
        start(first, 's', out);
        out.raw(json(",\"" + RecordFields.KEY + "\":["));
        for (int i = 0; i < key.length; i++) {
            out.raw(json(
                    (i == 0 ? "" : ",") + JsonText.quoted(nameOf(shown.columns().get(key[i])))));
        }
        out.raw(json("]"));
        boolean hasRelation = shown.relation() > 0;
        if (hasRelation) {
            out.raw(json(",\"" + RecordFields.RELATION + "\":" + shown.relation() + ",\"" + RecordFields.REVISION
                    + "\":" + shown.revision()));
        }
        out.raw(json(",\"" + RecordFields.COLUMNS + "\":["));
        for (int i = 0; i < shown.arity(); i++) {
            Column column = shown.columns().get(i);
            String type = column.type().copy(true).asSummaryString();
            String marks = (column.isInferred() ? ",\"inferred\":true" : "")
                    + (column.isJson() ? ",\"json\":true" : "")
                    + (hasRelation ? ",\"number\":" + column.number() : "");
            out.raw(json((i == 0 ? "" : ",") + "{\"name\":" + JsonText.quoted(nameOf(column)) + ",\"type\":"
                    + JsonText.quoted(type) + marks + "}"));
        }
        out.raw(json("]}"));
    }

    /** The key's values, as they stand in the record, with commas between them. */
    void writeKey(RowData row, JsonBuffer out) {
        for (int i = 0; i < key.length; i++) {
            if (i > 0) {
                out.raw(',');
            }
            value(row, key[i], out);
        }
    }

    private void start(ChangelogRow row, char operation, JsonBuffer out) {
        out.raw(start).raw(operation).raw(VERSION);
        int version = out.skip(VERSION_DIGITS);
        row.version().writeHex(out.array(), version);
        out.raw(TIMESTAMP).number(row.timestamp());
    }

    private void column(RowData row, int column, Cuts cuts, JsonBuffer out) {
        out.raw(names[column]);
        int from = out.length();
        value(row, column, out);
        if (out.isUnfit()) {
            fit(column, from, cuts, out);
        }
    }

    private void fit(int column, int from, Cuts cuts, JsonBuffer out) {
        Column of = shown.columns().get(column);
        // Digits of bytes belong together, two or four of them.
        int limit = of.type().is(LogicalTypeFamily.BINARY_STRING) ? StringFit.MOST_BYTES - 3 : StringFit.MOST_BYTES;
        if (!out.needsFit(from, limit)) {
            return;
        }
        switch (cuts.meet(nameOf(of), shown.isKey(column))) {
            case TRUNCATE:
                out.fit(from, limit);
                return;
            case NULL:
                out.back(from).raw(NULL);
                return;
            case REJECT:
            default:
        }
    }

    private void value(RowData row, int column, JsonBuffer out) {
        ValueWriter writer = writers[column];
        int source = sources[column];
        if (writer == null || row.isNullAt(source)) {
            out.raw(NULL);
        } else {
            writer.write(row, source, out);
        }
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
