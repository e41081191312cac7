package io.tributary.capture.dynamodb.item;

import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The value of an attribute, apart from the column it goes to. */
final class Value {

    static final Value NULL = new Value(Kind.NULL, 0, null);
    static final Value TRUE = new Value(Kind.BOOLEAN, 1, null);
    static final Value FALSE = new Value(Kind.BOOLEAN, 0, null);

    private final Kind kind;
    private final long number;
    private final @Nullable Object object;

    private Value(Kind kind, long number, @Nullable Object object) {
        this.kind = kind;
        this.number = number;
        this.object = object;
    }

    static Value of(boolean value) {
        return value ? TRUE : FALSE;
    }

    static Value of(long value) {
        return new Value(Kind.INTEGER, value, null);
    }

    /** @param value without trailing zeros, and no long */
    static Value of(BigDecimal value) {
        return new Value(Kind.DECIMAL, 0, value);
    }

    static Value of(String text) {
        return new Value(Kind.TEXT, 0, text);
    }

    /** The bytes become the value. */
    static Value of(byte[] bytes) {
        return new Value(Kind.BINARY, 0, bytes);
    }

    static Value map(Item entries) {
        return new Value(Kind.MAP, 0, entries);
    }

    static Value list(List<Value> elements) {
        return new Value(Kind.LIST, 0, elements);
    }

    static Value set(List<Value> elements) {
        return new Value(Kind.SET, 0, elements);
    }

    Kind kind() {
        return kind;
    }

    boolean isNumber() {
        return kind == Kind.INTEGER || kind == Kind.DECIMAL;
    }

    boolean bool() {
        return number != 0;
    }

    /** Of an INTEGER. */
    long integer() {
        return number;
    }

    /** Of an INTEGER or a DECIMAL. */
    BigDecimal decimal() {
        return kind == Kind.INTEGER ? BigDecimal.valueOf(number) : (BigDecimal) payload();
    }

    /** Of a BINARY. Not to be written to. */
    byte[] bytes() {
        return (byte[]) payload();
    }

    Item entries() {
        return (Item) payload();
    }

    @SuppressWarnings("unchecked")
    List<Value> elements() {
        return (List<Value>) payload();
    }

    /** What a column of text holds of it. The same for the same value, however it was written. */
    String text() {
        switch (kind) {
            case BOOLEAN:
                return bool() ? "true" : "false";
            case INTEGER:
                return Long.toString(number);
            case DECIMAL:
                return decimal().toPlainString();
            case TEXT:
                return (String) payload();
            case BINARY:
                return Base64.getEncoder().encodeToString(bytes());
            case MAP:
            case LIST:
            case SET:
                return Documents.json(this);
            case NULL:
            default:
                throw new IllegalStateException(kind + " has no text");
        }
    }

    private Object payload() {
        if (object == null) {
            throw new IllegalStateException("A value of the kind " + kind + " has no object");
        }
        return object;
    }

    /** For messages: short, whatever the value is. */
    @Override
    public String toString() {
        String text = kind == Kind.NULL ? "NULL" : kind == Kind.BINARY ? bytes().length + " bytes" : text();
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
