package io.tributary.change;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What goes with a job as its parameters: tasks see it, and so does whoever asks Flink's REST interface for the job's configuration. */
public final class JobParameters {

    private JobParameters() {}

    /** Beside those that the job has. */
    public static void add(StreamExecutionEnvironment environment, String key, String value) {
        Map<String, String> parameters =
                new HashMap<>(environment.getConfig().getGlobalJobParameters().toMap());
        parameters.put(key, value);
        environment.getConfig().setGlobalJobParameters(Configuration.fromMap(parameters));
    }
}
