package io.tributary.capture.postgres.value;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Types that become the STRING that the server prints, and whose binary form is another one, or of which more is known than that they are text. */
public final class PrintedTypes {

    private static final ColumnType VERSIONED =
            ColumnType.string(Scalar.binary(Printers::readVersioned, Printers::printVersioned));
    private static final ColumnType ADDRESS = printed(Networks::printAddress);
    private static final ColumnType MACHINE = printed(Networks::printMachine);
    private static final ColumnType BITS = printed(Printers::printBits);
    private static final ColumnType UNSIGNED_INT = printed(Printers::printUnsignedInt);

    /** PostgreSQL's own, by the numbers that they have in every database. */
    private static final Map<Long, ColumnType> BY_NUMBER = Map.ofEntries(
            Map.entry(114L, ColumnType.string(Scalar.STRING).document()), // json
            Map.entry(22L, printed(ArrayBinary.vector(Printers::printShort))), // int2vector
            Map.entry(27L, printed(Printers::printTid)),
            Map.entry(28L, UNSIGNED_INT), // xid
            Map.entry(29L, UNSIGNED_INT), // cid
            Map.entry(30L, printed(ArrayBinary.vector(Printers::printUnsignedInt))), // oidvector
            Map.entry(600L, printed(Geometry::printPoint)),
            Map.entry(601L, printed(Geometry::printSegment)),
            Map.entry(602L, printed(Geometry::printPath)),
            Map.entry(603L, printed(Geometry::printBox)),
            Map.entry(604L, printed(Geometry::printPolygon)),
            Map.entry(628L, printed(Geometry::printLine)),
            Map.entry(650L, ADDRESS), // cidr
            Map.entry(718L, printed(Geometry::printCircle)),
            Map.entry(774L, MACHINE), // macaddr8
            Map.entry(829L, MACHINE),
            Map.entry(869L, ADDRESS),
            Map.entry(1083L, printed(Clock::printTime)),
            Map.entry(1186L, printed(Clock::printInterval)),
            Map.entry(1266L, printed(Clock::printTimeWithZone)),
            Map.entry(1560L, BITS),
            Map.entry(1562L, BITS), // bit varying
            Map.entry(2950L, printed(Printers::printUuid)),
            Map.entry(3220L, printed(Printers::printLsn)),
            Map.entry(3614L, printed(Words::printLexemes)),
            Map.entry(3802L, VERSIONED.document()), // jsonb
            Map.entry(4072L, VERSIONED), // jsonpath
            Map.entry(5069L, printed(Printers::printUnsignedLong))); // xid8

    /** Those of extensions, by the libraries and the functions that send them. */
    private static final Map<String, ColumnType> BY_FUNCTION = Map.of(
            "$libdir/hstore hstore_send", printed(Words::printPairs),
            "$libdir/ltree ltree_send", VERSIONED,
            "$libdir/ltree lquery_send", VERSIONED,
            "$libdir/ltree ltxtq_send", VERSIONED);

    private PrintedTypes() {}

    /** Null if it is none of them. */
    public static @Nullable ColumnType of(long oid, String function) {
        ColumnType type = BY_NUMBER.get(oid);
        return type == null ? BY_FUNCTION.get(function) : type;
    }

    private static ColumnType printed(ValuePrinter printer) {
        return ColumnType.string(Scalar.printed(printer));
    }
}
