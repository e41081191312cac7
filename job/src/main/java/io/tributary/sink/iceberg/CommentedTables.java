package io.tributary.sink.iceberg;

import io.tributary.change.Comments;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Types;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the source says of tables and columns, in Iceberg's tables: of the table as the property {@value #PROPERTY}, which Spark and
 * Trino show as its comment, of a column as its doc.
 */
public final class CommentedTables {

    static final String PROPERTY = "comment";

    private static final Logger LOG = LoggerFactory.getLogger(CommentedTables.class);

    private CommentedTables() {}

    /**
     * Has the tables that are there say the same. What others have said in Iceberg of what the source says nothing of stays. Nothing
     * depends on it: a table that cannot be altered now stays as it is until the next time.
     */
    public static void write(IcebergSettings settings, Map<String, Comments> comments) throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            comments.forEach((name, said) -> {
                Table table = said.isEmpty() ? null : warehouse.find(name);
                if (table != null) {
                    try {
                        write(table, said, settings.tableProperties(name).containsKey(PROPERTY));
                    } catch (RuntimeException e) {
                        LOG.warn("The comments of table {} are not written: {}", name, settings.redact(e.toString()));
                    }
                }
            });
        }
    }

    /** @param isSet whether the settings say what the table's comment is */
    private static void write(Table table, Comments said, boolean isSet) {
        Transaction transaction = table.newTransaction();
        UpdateSchema columns = transaction.updateSchema();
        boolean changes = false;
        for (Map.Entry<String, String> comment : said.columns().entrySet()) {
            Types.NestedField field = table.schema().asStruct().field(comment.getKey());
            if (field != null && !comment.getValue().equals(field.doc()) && !isPending(field)) {
                columns.updateColumnDoc(comment.getKey(), comment.getValue());
                changes = true;
            }
        }
        if (changes) {
            columns.commit();
        }
        if (said.table() != null
                && !isSet
                && !said.table().equals(table.properties().get(PROPERTY))) {
            transaction.updateProperties().set(PROPERTY, said.table()).commit();
            changes = true;
        }
        if (changes) {
            transaction.commitTransaction();
        }
    }

    /** Whether it says there what it is to become, which its writers look for. */
    private static boolean isPending(Types.NestedField field) {
        String doc = field.doc();
        return doc != null && (doc.startsWith(FollowedColumns.PENDING) || doc.startsWith(ReplacedColumn.PENDING));
    }
}
