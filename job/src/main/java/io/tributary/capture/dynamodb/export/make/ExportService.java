package io.tributary.capture.dynamodb.export.make;

import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.find.Window;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What makes exports: DynamoDB. */
interface ExportService extends AutoCloseable {

    /**
     * Which table has the name now.
     *
     * @param table as DynamoDB names it
     */
    TableIdentity identity(String table) throws IOException;

    /**
     * Starts an export of a table and does not wait for it.
     *
     * @param table as DynamoDB names it
     * @param location where it is to be
     * @param window null for the whole table as it is now; else a span of time, whose end is in the past
     * @return what it is asked for by; it ends in the export's name
     * @throws IOException with why it was not started
     */
    String start(String table, ExportLocation location, @Nullable Window window) throws IOException;

    /**
     * Whether it is complete.
     *
     * @throws ExportFailedException if it never will be
     * @throws IOException if that cannot be said now
     */
    boolean isComplete(String export) throws IOException;

    @Override
    void close();
}
