package io.tributary.sink.kinesis;

import io.tributary.change.CivilDate;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.apache.flink.table.data.binary.BinaryStringData;

/**
 * Bytes of JSON text as they are written, used again for every record.
 *
 * <p>Texts are copied as the UTF-8 they are in a row and escaped in place. Bytes that are no UTF-8 are copied all the
 * same, and {@link #isMalformed()} tells. Numbers are RFC 8259 numbers; dates and times are what the JSON forms of
 * {@link ValueWriter} say.
 */
final class JsonBuffer {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    /** By ASCII byte: how many bytes longer its escape is. */
    private static final byte[] GROWTH = new byte[128];
    /** By ASCII byte: the letter after the backslash, or 0 where the escape is of the form \\u00XX. */
    private static final byte[] SHORT = new byte[128];

    static {
        Arrays.fill(GROWTH, 0, 0x20, (byte) 5);
        String escapes = "\bb\ff\nn\rr\tt\"\"\\\\";
        for (int i = 0; i < escapes.length(); i += 2) {
            GROWTH[escapes.charAt(i)] = 1;
            SHORT[escapes.charAt(i)] = (byte) escapes.charAt(i + 1);
        }
    }

    private byte[] bytes = new byte[4096];
    private int length;
    private boolean malformed;
    private boolean unfit;

    void clear() {
        length = 0;
        malformed = false;
        unfit = false;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** True if a text since {@link #clear()} was not UTF-8. */
    boolean isMalformed() {
        return malformed;
    }

    /** True if a value may have a string that the warehouse cannot hold. */
    boolean isUnfit() {
        return unfit;
    }

    /** Makes the strings of the last value fit. */
    void fit(int from, int limit) {
        length = StringFit.fit(bytes, from, length, limit);
    }

    /** Whether {@link #fit} would change something. */
    boolean needsFit(int from, int limit) {
        unfit = false;
        byte[] value = Arrays.copyOfRange(bytes, from, length);
        return StringFit.fit(value, 0, value.length, limit) < value.length;
    }

    /** Takes back what was written from there on. */
    JsonBuffer back(int from) {
        length = from;
        return this;
    }

    JsonBuffer raw(byte[] ascii) {
        reserve(ascii.length);
        System.arraycopy(ascii, 0, bytes, length, ascii.length);
        length += ascii.length;
        return this;
    }

    /** A JSON document, as it is. */
    void json(byte[] utf8) {
        malformed |= !Utf8.isValid(utf8, 0, utf8.length);
        unfit |= utf8.length > StringFit.MOST_BYTES || StringFit.mayHaveNul(utf8);
        raw(utf8);
    }

    JsonBuffer raw(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Where {@code count} bytes may be written; they count as written. */
    int skip(int count) {
        reserve(count);
        length += count;
        return length - count;
    }

    byte[] array() {
        return bytes;
    }

    void bool(boolean value) {
        ascii(value ? "true" : "false");
    }

    void number(long value) {
        int digits = digits(value);
        if (value < 0) {
            raw('-');
        }
        fill(value, skip(digits), digits);
    }

    void number(float value) {
        real(Float.toString(value), Float.isFinite(value));
    }

    void number(double value) {
        real(Double.toString(value), Double.isFinite(value));
    }

    /** JSON has no NaN and no infinities: they are texts, as Java writes them. */
    private void real(String text, boolean finite) {
        if (finite) {
            ascii(text);
            return;
        }
        raw('"').ascii(text);
        raw('"');
    }

    void number(DecimalData value) {
        if (!value.isCompact()) {
            ascii(value.toBigDecimal().toPlainString());
            return;
        }
        long unscaled = value.toUnscaledLong();
        int scale = value.scale();
        if (scale == 0) {
            number(unscaled);
            return;
        }
        if (unscaled < 0) {
            raw('-');
        }
        int digits = Math.max(digits(unscaled), scale + 1);
        int start = skip(digits + 1);
        fill(unscaled, start, digits);
        System.arraycopy(bytes, start + digits - scale, bytes, start + digits - scale + 1, scale);
        bytes[start + digits - scale] = '.';
    }

    /** A year before 1 is counted backwards and marked BC, as Postgres and Redshift read it. */
    void date(long epochDay) {
        raw('"');
        boolean beforeChrist = day(epochDay);
        end(beforeChrist, "");
    }

    void time(int millisOfDay) {
        raw('"');
        clock(millisOfDay / 1000);
        raw('.');
        digits(millisOfDay % 1000, 3);
        raw('"');
    }

    void timestamp(TimestampData value, String zone) {
        long millis = value.getMillisecond();
        long second = Math.floorDiv(millis, 1000);
        raw('"');
        boolean beforeChrist = day(Math.floorDiv(second, 86_400));
        raw(' ');
        clock(Math.floorMod(second, 86_400));
        raw('.');
        digits(Math.floorMod(millis, 1000) * 1000 + value.getNanoOfMillisecond() / 1000, 6);
        end(beforeChrist, zone);
    }

    void hex(byte[] value) {
        unfit |= 2 * value.length > StringFit.MOST_BYTES;
        raw('"');
        int at = skip(2 * value.length);
        for (byte b : value) {
            bytes[at++] = HEX[(b >> 4) & 15];
            bytes[at++] = HEX[b & 15];
        }
        raw('"');
    }

    void text(StringData value) {
        BinaryStringData text = (BinaryStringData) value;
        text.ensureMaterialized();
        int size = text.getSizeInBytes();
        raw('"');
        int start = skip(size);
        BinarySegmentUtils.copyToBytes(text.getSegments(), text.getOffset(), bytes, start, size);
        int growth = 0;
        boolean ascii = true;
        for (int i = start; i < length; i++) {
            byte b = bytes[i];
            if (b >= 0) {
                growth += GROWTH[b];
            } else {
                ascii = false;
            }
        }
        malformed |= !ascii && !Utf8.isValid(bytes, start, length);
        unfit |= size > StringFit.MOST_BYTES;
        if (growth > 0) {
            unfit |= hasNul(start);
            escape(growth);
        }
        raw('"');
    }

    private boolean hasNul(int from) {
        for (int i = from; i < length; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** The end of what is written, from its last byte backwards, so that each byte moves once. */
    private void escape(int growth) {
        int from = length;
        int to = skip(growth) + growth;
        while (to > from) {
            byte b = bytes[--from];
            if (b < 0 || GROWTH[b] == 0) {
                bytes[--to] = b;
            } else if (SHORT[b] != 0) {
                bytes[--to] = SHORT[b];
                bytes[--to] = '\\';
            } else {
                bytes[--to] = HEX[b & 15];
                bytes[--to] = HEX[b >> 4];
                bytes[--to] = '0';
                bytes[--to] = '0';
                bytes[--to] = 'u';
                bytes[--to] = '\\';
            }
        }
    }

    private boolean day(long epochDay) {
        long date = CivilDate.of(epochDay);
        long year = CivilDate.year(date);
        long shown = year > 0 ? year : 1 - year;
        digits(shown, Math.max(4, digits(shown)));
        raw('-');
        digits(CivilDate.month(date), 2);
        raw('-');
        digits(CivilDate.dayOfMonth(date), 2);
        return year <= 0;
    }

    private void clock(int secondOfDay) {
        digits(secondOfDay / 3600, 2);
        raw(':');
        digits(secondOfDay / 60 % 60, 2);
        raw(':');
        digits(secondOfDay % 60, 2);
    }

    private void end(boolean beforeChrist, String zone) {
        ascii(zone);
        ascii(beforeChrist ? " BC\"" : "\"");
    }

    private void ascii(String text) {
        int at = skip(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[at + i] = (byte) text.charAt(i);
        }
    }

    private void digits(long value, int count) {
        fill(value, skip(count), count);
    }

    private void fill(long value, int start, int count) {
        long rest = value;
        for (int i = start + count - 1; i >= start; i--) {
            bytes[i] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        }
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, count)));
        }
    }
}
