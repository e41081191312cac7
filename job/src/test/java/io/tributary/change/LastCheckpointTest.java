package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastCheckpointTest {

    private static final Pattern PLACE = Pattern.compile(
            "Go on from its last checkpoint, the newest chk-<number> that has a file _metadata in file:(\\S+)");

    @Test
    void aJobThatEndsSaysWhereItsLastCheckpointIs(@TempDir Path folder) {
        assertThatThrownBy(() -> run(Map.of("execution.checkpointing.dir", "file:" + folder)))
                .satisfies(failure -> {
                    Matcher place = PLACE.matcher(ExceptionUtils.stringifyException(failure));
                    assertThat(place.find()).as("%s", failure).isTrue();
                    assertThat(Path.of(place.group(1)))
                            .hasParent(folder)
                            .isDirectoryContaining("glob:**/chk-*")
                            .isDirectoryRecursivelyContaining("glob:**/chk-*/_metadata");
                });
    }

    @Test
    void withoutADirectoryItIsAMatterOfTheCluster() {
        assertThatThrownBy(() -> run(Map.of()))
                .hasStackTraceContaining(
                        "Go on from its last checkpoint, which is where the cluster keeps those of job ")
                .hasStackTraceContaining(": the job's configuration names no execution.checkpointing.dir");
    }

    /** Ends after its first checkpoint. */
    private static void run(Map<String, String> flink) throws Exception {
        Configuration configuration = Configuration.fromMap(flink);
        configuration.setString("execution.checkpointing.interval", "50 ms");
        configuration.setString("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        try (StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(1, configuration)) {
            LastCheckpoint.tell(environment);
            environment
                    .fromSource(
                            new DataGeneratorSource<>(number -> number, Long.MAX_VALUE, Types.LONG),
                            WatermarkStrategy.noWatermarks(),
                            "numbers")
                    .map(new EndsAfterACheckpoint())
                    .sinkTo(new DiscardingSink<>());
            environment.execute();
        }
    }

    private static final class EndsAfterACheckpoint extends RichMapFunction<Long, Long> implements CheckpointListener {
        private static final long serialVersionUID = 1L;

        private boolean isComplete;

        @Override
        public Long map(Long number) {
            if (isComplete) {
                throw new SuppressRestartsException(
                        new IllegalStateException("Go on from " + LastCheckpoint.of(getRuntimeContext())));
            }
            return number;
        }

        @Override
        public void notifyCheckpointComplete(long checkpoint) {
            isComplete = true;
        }
    }
}
