package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import org.apache.avro.Schema;

/**
 * Walks along a record's schema before the record is read, for a decoder allocates whatever a length says: no length, no count and no
 * index in it may go beyond the bytes that there are.
 *
 * <p>Assumes that the schema does not contain itself. Numbers are as long as they have to be for their type at the most, so that a
 * decoder which reads one as 32 bits and one which reads it as 64 see the same record.
 */
final class AvroBounds {

    private static final int INT_BYTES = 5;
    private static final int LONG_BYTES = 10;

    private final byte[] record;
    private int at;

    /** How many elements arrays and maps may still have: each takes a byte, unless it is of no use. */
    private long elements;

    private AvroBounds(byte[] record, int from) {
        this.record = record;
        this.at = from;
        this.elements = (long) record.length - from;
    }

    /** @param from where the value begins */
    static void check(Schema schema, byte[] record, int from) throws Unreadable {
        new AvroBounds(record, from).value(schema);
    }

    private void value(Schema schema) throws Unreadable {
        switch (schema.getType()) {
            case NULL:
                return;
            case BOOLEAN:
                skip(1);
                return;
            case INT:
                number(INT_BYTES);
                return;
            case LONG:
                number(LONG_BYTES);
                return;
            case FLOAT:
                skip(Float.BYTES);
                return;
            case DOUBLE:
                skip(Double.BYTES);
                return;
            case STRING:
            case BYTES:
                skip(number(INT_BYTES));
                return;
            case FIXED:
                skip(schema.getFixedSize());
                return;
            case ENUM:
                index(schema.getEnumSymbols().size());
                return;
            case UNION:
                value(schema.getTypes().get(index(schema.getTypes().size())));
                return;
            case ARRAY:
                blocks(schema.getElementType(), false);
                return;
            case MAP:
                blocks(schema.getValueType(), true);
                return;
            case RECORD:
                for (Schema.Field field : schema.getFields()) {
                    value(field.schema());
                }
                return;
            default:
                throw new IllegalStateException("Avro has no type " + schema.getType());
        }
    }

    private void blocks(Schema element, boolean hasNames) throws Unreadable {
        for (long count = number(INT_BYTES); count != 0; count = number(INT_BYTES)) {
            if (count < 0) {
                // The size of the block follows, which nobody who reads the elements needs.
                count = -count;
                number(INT_BYTES);
            }
            elements -= count;
            if (elements < 0) {
                throw new Unreadable("It claims more elements than it has bytes");
            }
            for (long i = 0; i < count; i++) {
                if (hasNames) {
                    skip(number(INT_BYTES));
                }
                value(element);
            }
        }
    }

    private int index(int size) throws Unreadable {
        long index = number(INT_BYTES);
        if (index < 0 || index >= size) {
            throw new Unreadable("It names the choice " + index + " of " + size);
        }
        return (int) index;
    }

    private void skip(long length) throws Unreadable {
        if (length < 0 || length > record.length - at) {
            throw new Unreadable(
                    "It claims a value of " + length + " bytes where " + (record.length - at) + " are left");
        }
        at += (int) length;
    }

    /** In Avro's zigzag form. */
    private long number(int most) throws Unreadable {
        long bits = 0;
        for (int i = 0; i < most; i++) {
            if (at >= record.length) {
                throw new Unreadable("It ends within a number");
            }
            long next = record[at++];
            bits |= (next & 0x7f) << (7 * i);
            if (next >= 0) {
                boolean fits = i < most - 1 || next <= (most == INT_BYTES ? 0x0f : 1);
                if (!fits) {
                    break;
                }
                return (bits >>> 1) ^ -(bits & 1);
            }
        }
        throw new Unreadable("It has a number of more bits than its type");
    }
}
