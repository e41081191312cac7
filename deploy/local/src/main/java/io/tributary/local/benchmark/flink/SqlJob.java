package io.tributary.local.benchmark.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/** A job of Flink SQL alone, as its users write one. */
public final class SqlJob {

    private SqlJob() {}

    /** A file of statements, each ended by a semicolon at the end of a line; then settings, as key=value. */
    public static void main(String[] arguments) throws Exception {
        Configuration settings = new Configuration();
        for (int i = 1; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            settings.setString(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        StreamTableEnvironment environment =
                StreamTableEnvironment.create(StreamExecutionEnvironment.getExecutionEnvironment(settings));
        for (String statement : Files.readString(Path.of(arguments[0])).split(";\\R")) {
            if (!statement.isBlank()) {
                environment.executeSql(statement);
            }
        }
    }
}
