package io.tributary.capture.debezium;

import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/** What a column becomes: a Flink type, how its values are read, and whether a change may leave them out. */
final class ValueType {

    private static final LogicalType STRING = new VarCharType(VarCharType.MAX_LENGTH);

    private final LogicalType type;
    private final TokenReader reader;
    private final @Nullable ArrayReader array;
    private final boolean large;
    private final boolean document;

    private ValueType(
            LogicalType type, TokenReader reader, @Nullable ArrayReader array, boolean large, boolean document) {
        this.type = type;
        this.reader = reader;
        this.array = array;
        this.large = large;
        this.document = document;
    }

    static ValueType of(LogicalType type, TokenReader reader) {
        return new ValueType(type, reader, null, false, false);
    }

    static ValueType string(TokenReader reader) {
        return of(STRING, reader);
    }

    static ValueType array(ValueType element) {
        ArrayReader array = new ArrayReader(element);
        return new ValueType(new ArrayType(element.type), array, array, true, false);
    }

    /** The same; its values may be so large that the source stores them apart, and leaves them out where they did not change. */
    ValueType large() {
        return new ValueType(type, reader, array, true, document);
    }

    /** The same; every value is a JSON document. */
    ValueType document() {
        return new ValueType(type, reader, array, large, true);
    }

    LogicalType type() {
        return type;
    }

    TokenReader reader() {
        return reader;
    }

    /** Null if it is no array. */
    @Nullable
    ArrayReader arrayReader() {
        return array;
    }

    boolean isLarge() {
        return large;
    }

    boolean isDocument() {
        return document;
    }

    @Override
    public String toString() {
        return type.asSummaryString();
    }
}
