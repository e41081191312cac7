package io.tributary.command.verify;

import org.jspecify.annotations.Nullable;

/** How a database computes what this process does of values that it read. */
interface SqlForms {

    /** An expression whose text is what {@link ColumnForm#summed} makes of the value; null if the database has none. */
    @Nullable
    String of(ColumnForm column);

    /** Of so many hexadecimal digits. */
    String numberOf(String digits, int count);
}
