package io.tributary.capture.dynamodb.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.AllocatedBytes;
import io.tributary.capture.Mutations;
import io.tributary.capture.Rules;
import io.tributary.capture.dynamodb.Unwanted;
import io.tributary.capture.dynamodb.item.ItemTables;
import io.tributary.capture.dynamodb.item.Tables;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RecordDecoderTest {

    private static final String SEQUENCE = "49546986683135544286507457936321625675700192471156785154";
    private static final long NOW = 1_800_000_000_000L;

    /** As in the AWS documentation. */
    private static final String MODIFY = """
            {"awsRegion":"us-east-1","eventID":"a61a39a0-5c71-4bcc-9a6b-7d18cd1a9b5d","eventName":"MODIFY",
             "userIdentity":null,"recordFormat":"application/json","tableName":"orders",
             "dynamodb":{"ApproximateCreationDateTime":1700000000123456,"Keys":{"pk":{"S":"o1"}},
              "NewImage":{"pk":{"S":"o1"},"total":{"N":"9.99"}},"OldImage":{"pk":{"S":"o1"},"total":{"N":"1"}},
              "SizeBytes":42,"ApproximateCreationDateTimePrecision":"MICROSECOND"},
             "eventSource":"aws:dynamodb"}""";

    private static final String INSERT = """
            {"eventName":"INSERT","eventID":"1","eventSource":"aws:dynamodb","tableName":"orders",
             "dynamodb":{"ApproximateCreationDateTime":1700000000123,"Keys":{"pk":{"S":"o1"}},
              "NewImage":{"pk":{"S":"o1"},"total":{"N":"9.99"}},"SizeBytes":42}}""";

    private static final String REMOVE = """
            {"tableName":"orders","eventSource":"aws:dynamodb","eventName":"REMOVE","eventID":"1",
             "dynamodb":{"Keys":{"pk":{"S":"o1"}},"OldImage":{"pk":{"S":"o1"}},
              "ApproximateCreationDateTime":1700000000,"SizeBytes":42}}""";

    private static final String EXPIRY = """
            {"tableName":"orders","eventSource":"aws:dynamodb","eventName":"REMOVE","eventID":"1",
             "userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},
             "dynamodb":{"Keys":{"pk":{"S":"o1"}},"ApproximateCreationDateTime":1700000000123}}""";

    private final Counter rejected = new SimpleCounter();
    private final List<Captured> out = new ArrayList<>();
    private RecordDecoder decoder = decoder(Unwanted.DEAD_LETTER);

    private RecordDecoder decoder(Unwanted unwanted) {
        return new RecordDecoder(new ItemTables(List.of(Tables.plain("orders"))), unwanted, unwanted, rejected);
    }

    @Test
    void mutatedRecordsBecomeChangesOrDeadLetters() {
        byte[] good = MODIFY.replace(
                        "\"total\":{\"N\":\"1\"}",
                        "\"total\":{\"N\":\"1\"},\"bytes\":{\"B\":\"AQ==\"},\"deep\":{\"M\":{\"a\":{\"L\":[{\"NS\":[\"1\"]}]}}}")
                .replace("\"OldImage\"", "\"Old\"")
                .replace("\"NewImage\":{\"pk\":{\"S\":\"o1\"},\"total\":{\"N\":\"9.99\"}},", "")
                .replace("\"Old\"", "\"NewImage\"")
                .getBytes(StandardCharsets.UTF_8);
        Mutations mutations = new Mutations(20261201);

        for (int i = 0; i < 3000; i++) {
            byte[] record = mutations.of(good);
            out.clear();
            long allocated = AllocatedBytes.during(() -> decoder.decode(SEQUENCE, record, NOW, out::add));
            assertThat(allocated).as("mutation %s", i).isLessThan(8 << 20);
            assertThat(out).as("mutation %s", i).hasSizeBetween(0, 2);
        }
    }

    @Test
    void deadLettersOfATableWithColumnsThatAreLeftOutHaveNothingOfTheRecord() {
        ItemTables tables = new ItemTables(
                List.of(Tables.plain("orders").treating(Rules.of("exclude", "card")), Tables.plain("carts")));
        decoder = new RecordDecoder(tables, Unwanted.DEAD_LETTER, Unwanted.DEAD_LETTER, rejected);
        String good = INSERT.replace("\"total\"", "\"card\":{\"S\":\"private\"},\"total\"");
        for (String record : List.of(
                good.replace("9.99", "private"),
                good.replace("{\"S\":\"private\"}", "{\"N\":\"private\"}"),
                good.replace("{\"S\":\"private\"}", "private"),
                good.replace("INSERT", "CHANGE"),
                "{private")) {
            decoder.decode(SEQUENCE, record.getBytes(StandardCharsets.UTF_8), NOW, out::add);
            Rejected letter = (Rejected) out.get(0);
            assertThat(letter.raw()).isEmpty();
            assertThat(letter.reason())
                    .doesNotContain("private")
                    .endsWith(
                            "More of it is not shown, and its bytes are not kept, since columns of its table are left out or"
                                    + " hashed");
            out.clear();
        }
        String others = good.replace("orders", "carts").replace("INSERT", "CHANGE");
        decoder.decode(SEQUENCE, others.getBytes(StandardCharsets.UTF_8), NOW, out::add);
        assertThat(((Rejected) out.get(0)).raw())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(others);
        out.clear();
        decoder.decode(SEQUENCE, good.getBytes(StandardCharsets.UTF_8), NOW, out::add);
        assertThat(((Change) out.get(0)).schema())
                .hasToString("orders[pk STRING NOT NULL, total DECIMAL(21, 2)] key [pk]");
    }

    @Test
    void whatIsShortToWriteAndLongToReadIsADeadLetter() {
        String deep = "{\"L\":[".repeat(5_000) + "{\"NULL\":true}" + "]}".repeat(5_000);
        for (String value : List.of(
                deep,
                "{\"N\":\"1e999999999\"}",
                "{\"N\":1e999999999}",
                "{\"N\":\"" + "9".repeat(1_000_000) + "\"}",
                "[".repeat(100_000))) {
            byte[] record = INSERT.replace("{\"N\":\"9.99\"}", value).getBytes(StandardCharsets.UTF_8);
            out.clear();
            long allocated = AllocatedBytes.during(() -> decoder.decode(SEQUENCE, record, NOW, out::add));
            assertThat(out).hasSizeLessThan(3).first().isInstanceOf(Rejected.class);
            assertThat(allocated).isLessThan(32 << 20);
        }
    }

    private boolean decode(String json) {
        out.clear();
        return decoder.decode(SEQUENCE, json.getBytes(StandardCharsets.UTF_8), NOW, out::add);
    }

    private Change change(String json) {
        assertThat(decode(json)).isTrue();
        assertThat(out).hasSize(1).first().isInstanceOf(Change.class);
        return (Change) out.get(0);
    }

    @Test
    void anInsertedItemIsARow() {
        Change change = change(INSERT);

        assertThat(change.operation()).isEqualTo(Operation.INSERT);
        assertThat(change.table()).isEqualTo("orders");
        assertThat(change.position()).isEqualTo(Position.of(1_700_000_000_123_999L, 469));
        assertThat(change.timestamp()).isEqualTo(1_700_000_000_123L);
        assertThat(change.key().getString(0)).hasToString("o1");
        assertThat(change.row()).isNotNull();
        assertThat(Tables.values(change.schema(), change.row())).isEqualTo(Map.of("pk", "o1", "total", "9.99"));
    }

    @Test
    void aModifiedItemIsItsNewImage() {
        Change change = change(MODIFY);

        assertThat(change.operation()).isEqualTo(Operation.UPDATE);
        assertThat(change.position()).isEqualTo(Position.of(1_700_000_000_123_456L, 469));
        assertThat(change.row()).isNotNull();
        assertThat(Tables.values(change.schema(), change.row())).isEqualTo(Map.of("pk", "o1", "total", "9.99"));
    }

    @Test
    void aRemovedItemIsItsKey() {
        Change change = change(REMOVE);

        assertThat(change.operation()).isEqualTo(Operation.DELETE);
        assertThat(change.isExpiry()).isFalse();
        assertThat(change.position()).isEqualTo(Position.of(1_700_000_000_999_999L, 469));
        assertThat(change.key().getString(0)).hasToString("o1");
    }

    @Test
    void anItemWhoseTimeToLiveIsOverIsTold() {
        assertThat(change(EXPIRY).isExpiry()).isTrue();
        assertThat(change(EXPIRY.replace("dynamodb.amazonaws.com", "AIDA1")).isExpiry())
                .isFalse();
    }

    @Test
    void theItemIsReadWhereverItStandsAndWhateverIsAroundIt() {
        Change change = change("""
                {"dynamodb":{"Extra":{"a":[{}]},"NewImage":{"pk":{"S":"o1"}},"Keys":{"pk":{"S":"o1"}},
                  "ApproximateCreationDateTime":1700000000123,"OldImage":{"odd":{"X":1}}},
                 "more":[1,{"tableName":"x"}],"eventName":"INSERT","tableName":"orders","eventSource":"aws:dynamodb"}""");

        assertThat(change.operation()).isEqualTo(Operation.INSERT);
    }

    /** Of each: the record, what its reason says, and whether its key can be read, so that the row is in doubt. */
    static Stream<Object[]> malformed() {
        String image = "\"NewImage\":{\"pk\":{\"S\":\"o1\"},\"total\":{\"N\":\"9.99\"}},";
        String keys = "\"Keys\":{\"pk\":{\"S\":\"o1\"}},";
        String time = "\"ApproximateCreationDateTime\":1700000000123,";
        return Stream.of(
                new Object[] {"", "empty", false},
                new Object[] {"\u0000\u0001", "not JSON", false},
                new Object[] {"not JSON", "not JSON", false},
                new Object[] {INSERT.substring(0, 200), "not JSON", false},
                new Object[] {INSERT + INSERT, "more than one", false},
                new Object[] {"[]", "eventSource", false},
                new Object[] {"17", "eventSource", false},
                new Object[] {"null", "eventSource", false},
                new Object[] {"{\"id\":1}", "eventSource", false},
                new Object[] {INSERT.replace("aws:dynamodb", "aws:s3"), "eventSource is aws:s3", false},
                new Object[] {INSERT.replace("\"tableName\":\"orders\"", "\"t\":1"), "tableName", false},
                new Object[] {INSERT.replace("\"orders\"", "17"), "tableName", false},
                new Object[] {INSERT.replace("orders", "others"), "dynamodb.tables", false},
                new Object[] {INSERT.replace("INSERT", "UPSERT"), "eventName is UPSERT", true},
                new Object[] {INSERT.replace("\"eventName\":\"INSERT\",", ""), "eventName", true},
                new Object[] {INSERT.replace(time, ""), "ApproximateCreationDateTime", false},
                new Object[] {INSERT.replace("1700000000123", "\"now\""), "ApproximateCreationDateTime", false},
                new Object[] {INSERT.replace("1700000000123", "-5"), "ApproximateCreationDateTime", false},
                new Object[] {
                    INSERT.replace("1700000000123", "1" + "0".repeat(60)), "ApproximateCreationDateTime", false
                },
                new Object[] {INSERT.replace("\"dynamodb\":{", "\"x\":{"), "ApproximateCreationDateTime", false},
                new Object[] {INSERT.replace(keys, ""), "Keys is missing", false},
                new Object[] {REMOVE.replace(keys, ""), "Keys is missing", false},
                new Object[] {INSERT.replace("{\"pk\":{\"S\":\"o1\"}},", "{\"other\":{\"S\":\"o1\"}},"), "key", false},
                new Object[] {INSERT.replace("\"pk\":{\"S\":\"o1\"}", "\"pk\":{\"NULL\":true}"), "pk is missing", false
                },
                new Object[] {INSERT.replace(keys, "\"Keys\":{\"pk\":{\"X\":1}},"), "type X", false},
                new Object[] {
                    INSERT.replace("\"NewImage\":{\"pk\":{\"S\":\"o1\"}", "\"NewImage\":{\"pk\":{\"S\":\"o2\"}"),
                    "another key",
                    true
                },
                new Object[] {INSERT.replace(image, ""), "NewImage is missing", true},
                new Object[] {MODIFY.replace("\"NewImage\"", "\"Image\""), "NewImage is missing", true},
                new Object[] {INSERT.replace("{\"N\":\"9.99\"}", "{\"N\":\"9,99\"}"), "total", true},
                new Object[] {INSERT.replace("{\"N\":\"9.99\"}", "{\"Q\":\"9\"}"), "type Q", true},
                new Object[] {INSERT.replace("{\"N\":\"9.99\"}", "9.99"), "total", true},
                new Object[] {INSERT.replace("{\"N\":\"9.99\"}", "{\"B\":\"!\"}"), "base64", true},
                new Object[] {INSERT.replace("\"total\"", "\"PK\""), "lower-case-names", true});
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatCannotBeReadIsOneDeadLetterWithItsBytes(String json, String reason, boolean hasKey) {
        assertThat(decode(json)).isTrue();

        assertThat(out).hasSize(hasKey ? 2 : 1);
        Rejected letter = (Rejected) out.get(0);
        assertThat(letter.system()).isEqualTo("dynamodb");
        assertThat(letter.reason()).contains(reason);
        assertThat(new String(letter.raw(), StandardCharsets.UTF_8)).isEqualTo(json);
        assertThat(letter.timestamp()).isEqualTo(NOW);
        assertThat(rejected.getCount()).isEqualTo(1);
        if (hasKey) {
            Change unreadable = (Change) out.get(1);
            assertThat(unreadable.operation()).isEqualTo(Operation.UNREADABLE);
            assertThat(unreadable.key().getString(0)).hasToString("o1");
            assertThat(letter.table()).isEqualTo("orders");
            assertThat(letter.position()).isEqualTo(unreadable.position());
        }
    }

    @Test
    void otherRecordsAreSkippedIfTheSettingsSaySo() {
        decoder = decoder(Unwanted.SKIP);

        for (String json : List.of("{\"id\":1}", "[]", INSERT.replace("orders", "others"))) {
            assertThat(decode(json)).isFalse();
            assertThat(out).isEmpty();
        }
        assertThat(decode("no JSON")).isTrue();
        assertThat(out).hasSize(1).first().isInstanceOf(Rejected.class);
        assertThat(decode(INSERT.replace("INSERT", "UPSERT"))).isTrue();
        assertThat(out).hasSize(2);
    }

    @Test
    void whatARejectedRecordBroughtDoesNotWidenTheTable() {
        Change before = change(INSERT);

        decode(INSERT.replace("\"total\":{\"N\":\"9.99\"}", "\"total\":{\"S\":\"x\"},\"new\":{\"X\":1}"));
        Change after = change(INSERT);

        assertThat(after.schema()).isSameAs(before.schema());
    }
}
