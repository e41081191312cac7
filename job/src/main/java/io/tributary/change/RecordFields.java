package io.tributary.change;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * The names of what a Kinesis record says beside its row, and what they and the warehouse leave for the names of columns.
 *
 * <p>Names in records are in lower case, so a column counts as it is spelled there.
 */
public final class RecordFields {

    public static final String TABLE = "_table";
    public static final String SCHEMA = "_schema";
    public static final String OPERATION = "_op";
    public static final String VERSION = "_version";
    public static final String TIMESTAMP = "_ts_ms";

    /** In deletes at the end of a row's time to live alone. */
    public static final String EXPIRED = "_expired";

    /** In rows that are not whole alone: the names of the columns whose values were cut, since no warehouse holds them. */
    public static final String CUT = "_cut";

    /** In the record of a table's shape alone, which has no row: the names of the key's columns. */
    public static final String KEY = "_key";

    /** In the record of a table's shape alone: its columns. */
    public static final String COLUMNS = "_columns";

    /** In the record of a shape alone, and only if the source knows the table by a number: {@link Schema#relation}. */
    public static final String RELATION = "_relation";

    /** Beside {@link #RELATION}: {@link Schema#revision}. */
    public static final String REVISION = "_revision";

    /** The longest name of a column in bytes of UTF-8: Redshift cuts longer ones. */
    public static final int LONGEST_NAME = 127;

    private static final Set<String> BESIDE_ROWS = Set.of(TABLE, SCHEMA, OPERATION, VERSION, TIMESTAMP, EXPIRED, CUT);

    private RecordFields() {}

    /** Whether a column of this name would hide a field that records of rows have. */
    public static boolean isReserved(String column) {
        return BESIDE_ROWS.contains(column.toLowerCase(Locale.ROOT));
    }

    /** Whether a column's name is longer than {@link #LONGEST_NAME}, as it is spelled or in lower case. */
    public static boolean isTooLong(String column) {
        return bytes(column) > LONGEST_NAME || bytes(column.toLowerCase(Locale.ROOT)) > LONGEST_NAME;
    }

    private static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }
}
