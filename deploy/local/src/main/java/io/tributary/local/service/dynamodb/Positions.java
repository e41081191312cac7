package io.tributary.local.service.dynamodb;

import java.io.IOException;
import java.util.Map;

/** How far the tables' streams have been put into Kinesis: by shard, the sequence number of the last change. */
public interface Positions {

    /** For a bridge that nobody starts again. */
    Positions NOWHERE = new Positions() {
        @Override
        public Map<String, String> read() {
            return Map.of();
        }

        @Override
        public void write(Map<String, String> positions) {
            // Nobody asks for them.
        }
    };

    /** Empty before the first time. */
    Map<String, String> read() throws IOException, InterruptedException;

    void write(Map<String, String> positions) throws IOException, InterruptedException;
}
