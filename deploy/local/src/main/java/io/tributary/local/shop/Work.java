package io.tributary.local.shop;

import java.io.IOException;
import java.sql.SQLException;

/** What is done to a source, one piece after the other. */
public interface Work extends AutoCloseable {

    /** Does the next piece; how many rows it changed. */
    int next() throws Exception;

    @Override
    void close() throws IOException, SQLException;
}
