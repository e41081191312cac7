package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import org.apache.flink.table.data.writer.BinaryWriter;

/** Takes one value that is not null from a parser, which stands at its first token, and puts it into a row or an array. */
interface TokenReader {

    void read(JsonParser value, BinaryWriter out, int column) throws IOException, Unreadable;
}
