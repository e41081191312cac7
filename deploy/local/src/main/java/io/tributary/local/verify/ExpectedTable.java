package io.tributary.local.verify;

import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;

/** A table as the source has it, which the targets ought to have too. */
interface ExpectedTable {

    /** The names of its columns, in order. {@code found} is what Iceberg has. */
    List<String> columns(Schema found) throws Exception;

    /** Those that are decimal numbers of any length, which the targets may keep as text. */
    Set<String> numbers() throws Exception;

    /** Those of text, every value of which is a JSON document. */
    Set<String> documents() throws Exception;

    void read(List<ColumnForm> columns, Comparison.Rows rows) throws Exception;
}
