package io.tributary.command.verify;

import org.jspecify.annotations.Nullable;

/** Takes rows one by one; the values stand in the order of the columns, in the form of {@link ColumnForm}. */
interface Rows {
    void next(@Nullable String[] values) throws Exception;
}
