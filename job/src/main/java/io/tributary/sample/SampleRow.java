package io.tributary.sample;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of a sample file as it is written there: texts by column. */
final class SampleRow {

    /** The column that says after which other changes this one comes. */
    static final String STEP = "_step";

    /** The column that says what becomes of the row. */
    static final String OPERATION = "_op";

    private final String path;
    private final int line;
    private final Map<String, @Nullable String> values;

    SampleRow(String path, int line, Map<String, @Nullable String> values) {
        this.path = path;
        this.line = line;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Null if it is NULL, or not given. */
    @Nullable
    String value(String column) {
        return values.get(column);
    }

    /** The start of a message about the row. */
    String at() {
        return path + ":" + line + ": ";
    }
}
