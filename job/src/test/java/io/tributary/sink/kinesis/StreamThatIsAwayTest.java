package io.tributary.sink.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.sink.kinesis.LocalStream.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job goes on while Kinesis closes connections, fails, or refuses records, and no record is lost meanwhile. */
@Tag("slow")
class StreamThatIsAwayTest {

    /** The client itself tries four times. */
    private static final int CLOSED = 9;

    private static final int FAILED = 18;
    private static final int EMPTY = 19;
    private static final int REFUSED = 23;

    private static final String FOR_GOOD = "SuppressRestartsException";

    @Test
    void isWaitedForWithoutARestart() throws Exception {
        List<String> records =
                IntStream.range(0, 100).mapToObj(i -> "record " + i).collect(Collectors.toList());
        try (LocalStream stream = LocalStream.start(StreamThatIsAwayTest::answer)) {
            run(stream, records, "10 min");

            assertThat(stream.taken()).containsExactlyInAnyOrderElementsOf(records);
            assertThat(stream.requests()).isGreaterThan(REFUSED);
        }
    }

    @Test
    void recordsKeepTheirOrderWhileRequestsFail() throws Exception {
        List<String> records =
                IntStream.range(0, 1_200).mapToObj(i -> "record " + i).collect(Collectors.toList());
        try (LocalStream stream =
                LocalStream.start(request -> request < FAILED && request % 9 > 0 ? Answer.CLOSED : Answer.TAKEN)) {
            run(stream, records, "10 min");

            assertThat(stream.taken()).containsExactlyElementsOf(records);
            assertThat(stream.requests()).isGreaterThan(FAILED);
        }
    }

    @Test
    void isGivenUpAfterPatienceWithASentence() throws Exception {
        try (LocalStream stream = LocalStream.start(request -> Answer.CLOSED)) {
            assertThatThrownBy(() -> run(stream, List.of("record"), "1 s"))
                    .hasStackTraceContaining("The Kinesis stream changes takes no records: ")
                    .satisfies(failure -> assertThat(ExceptionUtils.stringifyException(failure))
                            .as("a restart may help")
                            .doesNotContain(FOR_GOOD));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AccessDeniedException", "ResourceNotFoundException"})
    void isNotWaitedForIfItCanNeverTakeRecords(String error) throws Exception {
        try (LocalStream stream = LocalStream.refusing(error)) {
            assertThatThrownBy(() -> run(stream, List.of("record"), "10 min"))
                    .hasStackTraceContaining(FOR_GOOD)
                    .hasStackTraceContaining("The Kinesis stream changes takes no records: as told");
            assertThat(stream.requests()).isOne();
        }
    }

    private static Answer answer(int request) {
        if (request < CLOSED) {
            return Answer.CLOSED;
        }
        if (request < FAILED) {
            return Answer.FAILED;
        }
        if (request < EMPTY) {
            return Answer.EMPTY;
        }
        return request < REFUSED ? Answer.HALF_REFUSED : Answer.TAKEN;
    }

    private static void run(LocalStream stream, List<String> records, String patience) throws Exception {
        Configuration flink = new Configuration();
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        List<Tuple2<String, byte[]>> rows = records.stream()
                .map(record -> Tuple2.of(record, record.getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.toList());
        try (StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1, flink)) {
            environment
                    .fromData(rows, RecordEncoder.RECORD)
                    .sinkTo(new WatchedSink(LocalStream.NAME, stream.settings(Map.of("patience", patience))));
            environment.execute();
        }
    }
}
