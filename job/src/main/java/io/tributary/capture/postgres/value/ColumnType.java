package io.tributary.capture.postgres.value;

import io.tributary.capture.KeyedHash;
import io.tributary.capture.Unreadable;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/** What a column of PostgreSQL becomes: a Flink type, and how its values are read from their text and from their binary form. */
public final class ColumnType {

    private final LogicalType type;
    private final ValueForm text;
    private final @Nullable ValueForm binary;
    private final @Nullable ColumnType hashed;
    private final boolean document;

    ColumnType(LogicalType type, ValueForm text, @Nullable ValueForm binary) {
        this(type, text, binary, null, false);
    }

    private ColumnType(
            LogicalType type,
            ValueForm text,
            @Nullable ValueForm binary,
            @Nullable ColumnType hashed,
            boolean document) {
        this.type = type;
        this.text = text;
        this.binary = binary;
        this.hashed = hashed;
        this.document = document;
    }

    /** A STRING: the text that the server prints. */
    public static ColumnType string(@Nullable ValueForm binary) {
        return string(Scalar.STRING, binary);
    }

    public static ColumnType string(ValueForm text, @Nullable ValueForm binary) {
        return new ColumnType(new VarCharType(VarCharType.MAX_LENGTH), text, binary);
    }

    public static ColumnType array(ColumnType element) {
        return new ColumnType(
                new ArrayType(element.type),
                new ArrayText(element),
                element.binary == null ? null : new ArrayBinary(element, element.binary));
    }

    public static ColumnType composite(Composite composite) {
        return string(new CompositeText(composite), composite.isBinary() ? new CompositeBinary(composite) : null);
    }

    public ColumnType textOnly() {
        return new ColumnType(type, text, null, hashed, document);
    }

    /** The same, of which every value is a JSON document. */
    public ColumnType document() {
        return new ColumnType(type, text, binary, hashed, true);
    }

    public boolean isDocument() {
        return document;
    }

    /** A STRING: the hashes of this type's values. */
    public ColumnType hashed(KeyedHash hash) {
        return new ColumnType(
                new VarCharType(VarCharType.MAX_LENGTH),
                new HashedForm(text, type, hash),
                binary == null ? null : new HashedForm(binary, type, hash),
                this,
                false);
    }

    public boolean isHashed() {
        return hashed != null;
    }

    /** What the values are in the database. */
    public ColumnType source() {
        return hashed == null ? this : hashed;
    }

    public LogicalType type() {
        return type;
    }

    /** Reads the text of a value. */
    public ValueForm text() {
        return text;
    }

    /** Reads the binary form of a value; null if only its text can be read. */
    @Nullable
    public ValueForm binary() {
        return binary;
    }

    public ValueForm form(boolean isBinary) throws Unreadable {
        if (!isBinary) {
            return text;
        }
        if (binary == null) {
            throw new Unreadable("The binary form of its type is not known to this reader");
        }
        return binary;
    }

    @Override
    public String toString() {
        return type.asSummaryString();
    }
}
