package io.tributary.command.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The columns of an output, and how a row of them becomes two numbers, here and in a database that computes the same: the range
 * that its key is in, and a checksum of all its values. Both are of an MD5, which every database has.
 */
final class RowForm {

    /** Ranges of the keys' hashes: of 10 million rows, each has some 150. */
    static final int RANGES = 1 << 16;

    private static final int RANGE_DIGITS = 4;
    private static final int SUM_DIGITS = 15;
    private static final String BETWEEN = "\u001f";
    private static final String ABSENT = "-";
    private static final String PRESENT = "=";

    private final List<ColumnForm> columns;
    private final int[] key;

    RowForm(List<ColumnForm> columns, List<String> key) {
        this.columns = List.copyOf(columns);
        List<String> names = columns.stream().map(ColumnForm::name).toList();
        this.key = key.stream().mapToInt(names::indexOf).toArray();
    }

    List<ColumnForm> columns() {
        return columns;
    }

    List<String> names() {
        return columns.stream().map(ColumnForm::name).toList();
    }

    /** The values of the key's columns. */
    List<String> keyOf(@Nullable String[] values) {
        return Arrays.stream(key).mapToObj(i -> String.valueOf(values[i])).toList();
    }

    /** As a person reads it. */
    String nameOf(List<String> values) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < key.length; i++) {
            parts.add(columns.get(key[i]).name() + "=" + values.get(i));
        }
        return String.join(" ", parts);
    }

    int range(@Nullable String[] values) {
        StringBuilder text = new StringBuilder();
        for (int column : key) {
            append(text, column, values[column]);
        }
        return (int) number(text, RANGE_DIGITS);
    }

    long checksum(@Nullable String[] values) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            append(text, i, values[i]);
        }
        return number(text, SUM_DIGITS);
    }

    /** A text says how long it is, so that no other row reads the same. */
    private void append(StringBuilder text, int column, @Nullable String value) {
        if (text.length() > 0) {
            text.append(BETWEEN);
        }
        if (value == null) {
            text.append(ABSENT);
            return;
        }
        ColumnForm form = columns.get(column);
        if (form.isText()) {
            text.append(value.codePointCount(0, value.length()));
        }
        text.append(PRESENT).append(form.summed(value));
    }

    private static long number(CharSequence text, int digits) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("MD5").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            long number = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                number = number << Byte.SIZE | (hash[i] & 0xff);
            }
            return number >>> (Long.SIZE - digits * 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has MD5", e);
        }
    }

    /** The expression of the range in SQL; null if a column has no expression there. */
    @Nullable
    String range(SqlForms forms) {
        List<ColumnForm> ofKey = Arrays.stream(key).mapToObj(columns::get).toList();
        return number(ofKey, forms, RANGE_DIGITS);
    }

    /** The expression of the checksum in SQL; null if a column has no expression there. */
    @Nullable
    String checksum(SqlForms forms) {
        return number(columns, forms, SUM_DIGITS);
    }

    private static @Nullable String number(List<ColumnForm> of, SqlForms forms, int digits) {
        List<String> parts = new ArrayList<>();
        for (ColumnForm column : of) {
            String expression = forms.of(column);
            if (expression == null) {
                return null;
            }
            String length = column.isText() ? "CAST(length(" + expression + ") AS varchar(10)) || " : "";
            parts.add("coalesce(" + length + "'" + PRESENT + "' || " + expression + ", '" + ABSENT + "')");
        }
        UnaryOperator<String> asNumber = hex -> forms.numberOf("substr(" + hex + ", 1, " + digits + ")", digits);
        return asNumber.apply("md5(" + String.join(" || chr(31) || ", parts) + ")");
    }
}
