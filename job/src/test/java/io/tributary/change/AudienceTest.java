package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class AudienceTest {

    private static final List<String> CONSUMERS = List.of("pass-through", "query/a", "query/b", "query/c");

    /** Every audience that can be told apart by three of the consumers, with all others in or out. */
    private static final List<Audience> ALL = Stream.of(
                    List.<String>of(),
                    List.of("query/a"),
                    List.of("query/b"),
                    List.of("query/a", "query/b"),
                    List.of("pass-through", "query/b"))
            .map(Audience::only)
            .flatMap(some -> Stream.of(some, Audience.EVERYBODY.without(some)))
            .toList();

    @Test
    void somebodyIsOfItWhoIsNamed() {
        Audience some = Audience.only(Audience.query("a"), Audience.PASS_THROUGH);
        assertThat(CONSUMERS.stream().filter(some::isFor)).containsExactly("pass-through", "query/a");
        assertThat(some.isForAnyOf(List.of("query/b", "query/a"))).isTrue();
        assertThat(some.isForAnyOf(List.of("query/b"))).isFalse();
        assertThat(CONSUMERS).allMatch(Audience.EVERYBODY::isFor).noneMatch(Audience.NOBODY::isFor);
    }

    @Test
    void areJoinedAndParted() {
        for (Audience one : ALL) {
            for (Audience other : ALL) {
                for (String each : CONSUMERS) {
                    assertThat(one.and(other).isFor(each))
                            .as("%s of %s and %s", each, one, other)
                            .isEqualTo(one.isFor(each) || other.isFor(each));
                    assertThat(one.without(other).isFor(each))
                            .as("%s of %s without %s", each, one, other)
                            .isEqualTo(one.isFor(each) && !other.isFor(each));
                }
            }
            assertThat(one.and(Audience.EVERYBODY.without(one)).isEverybody()).isTrue();
            assertThat(one.without(one).isNobody()).isTrue();
        }
    }

    @Test
    void areSaidInWords() {
        assertThat(Audience.EVERYBODY).hasToString("everybody");
        assertThat(Audience.NOBODY).hasToString("nobody");
        assertThat(Audience.only("query/b", "query/a")).hasToString("query/a, query/b");
        assertThat(Audience.EVERYBODY.without(Audience.only("query/a"))).hasToString("everybody but query/a");
    }

    @Test
    void comeBackAsTheyWereWritten() throws IOException {
        for (Audience audience : ALL) {
            DataOutputSerializer out = new DataOutputSerializer(64);
            audience.write(out);
            assertThat(Audience.read(new DataInputDeserializer(out.getCopyOfBuffer())))
                    .isEqualTo(audience);
        }
        DataOutputSerializer out = new DataOutputSerializer(64);
        Audience.only("b", "a").write(out);
        assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo("00" + "0002" + "000161" + "000162");
    }
}
