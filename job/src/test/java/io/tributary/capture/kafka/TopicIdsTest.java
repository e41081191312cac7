package io.tributary.capture.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A topic that was made again under its name is told from the one before. */
class TopicIdsTest {

    private final TopicIds ids = TopicIds.of(Map.of("s.public.t", "AAAA", "s.public.u", "BBBB"));

    @Test
    void topicsThatAreAsTheyWereNewOrGoneAreNoProblem() {
        assertThat(ids.problem(ids.entries())).isNull();
        assertThat(ids.problem(List.of())).isNull();
        assertThat(ids.problem(List.of("AAAA s.public.t", "CCCC gone"))).isNull();
        assertThat(TopicIds.of(Map.of()).problem(ids.entries())).as("not said").isNull();
    }

    @Test
    void oneThatWasMadeAgainIsNamed() {
        assertThat(ids.problem(List.of("AAAA s.public.t", "ZZZZ s.public.u")))
                .startsWith(
                        "Topic s.public.u was deleted and made again while the job stood still (its id was ZZZZ and is"
                                + " BBBB)")
                .contains("without state");
    }

    @Test
    void oneThatIsMadeAgainWhileTheJobRunsIsNamed() {
        assertThat(ids.problemWhileRunning(Map.of("s.public.t", "AAAA"))).isNull();
        assertThat(ids.problemWhileRunning(Map.of("s.public.t", "AAAA", "s.public.u", "ZZZZ", "new", "CCCC")))
                .startsWith(
                        "Topic s.public.u was deleted and made again while the job ran (its id was BBBB and is ZZZZ)")
                .endsWith("after the connector has taken a new snapshot");
    }
}
