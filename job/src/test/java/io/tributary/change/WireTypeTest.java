package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireTypeTest {

    private static final Schema SCHEMA = Schema.of(
            "customers",
            List.of(
                    Column.of("id", new BigIntType(false)),
                    Column.omissible("notes", new VarCharType(VarCharType.MAX_LENGTH))),
            List.of("id"));
    private static final BinaryRowData KEY = binary(1L);
    private static final Position POSITION = Position.of(-1, 7);

    /** Whatever travels between operators or is a key of state; each has a constant in {@link WireType}. */
    private static final Map<Wire, List<?>> SAMPLES = Map.of(
            Wire.CHANGE,
            Stream.of(
                            change(),
                            change().againTo(Audience.EVERYBODY),
                            change().againTo(Audience.only("query/a")),
                            Change.delete(SCHEMA, POSITION, 5, KEY),
                            Change.unreadable(SCHEMA, POSITION, 5, KEY, new int[] {1}),
                            Change.truncate(SCHEMA, POSITION, 5),
                            Change.snapshotBegan(SCHEMA, POSITION, 5),
                            Change.snapshotEnded(SCHEMA, POSITION, 5),
                            partial())
                    .toList(),
            Wire.REJECTED,
            List.of(
                    Rejected.of("postgres", null, 5, "why", new byte[0], null),
                    Rejected.of("latest", "t", 5, "w\u00e4rum".repeat(20_000), new byte[] {1, 2}, POSITION)),
            Wire.CAPTURED,
            List.of(change(), Rejected.of("postgres", "t", 5, "why", new byte[] {1}, POSITION)),
            Wire.CHANGELOG_ROW,
            Stream.concat(
                            Stream.of(
                                    ChangelogRow.replacement(SCHEMA, POSITION, 5),
                                    ChangelogRow.setAside(SCHEMA, POSITION, 5)),
                            Arrays.stream(RowKind.values())
                                    .flatMap(kind -> Stream.of(
                                            ChangelogRow.of(kind, SCHEMA, POSITION, 5, row()),
                                            ChangelogRow.ofSnapshot(kind, SCHEMA, POSITION, 5, row()),
                                            ChangelogRow.of(kind, SCHEMA, POSITION, 5, row())
                                                    .blindly(),
                                            ChangelogRow.of(kind, SCHEMA, POSITION, 5, row())
                                                    .to(Audience.only("query/a")),
                                            ChangelogRow.of(kind, SCHEMA, POSITION, 5, row())
                                                    .expired())))
                    .toList(),
            Wire.FILLED,
            List.of(
                    Filled.of("latest", "query/a", "12", 1, 2, true, 7),
                    Filled.of("query/a", "query/b", "", 0, 1, false, 0)),
            Wire.SCHEMA,
            List.of(SCHEMA),
            Wire.TABLE_KEY,
            List.of(TableKey.of(SCHEMA, KEY)),
            Wire.RAW_RECORD,
            List.of(
                    new RawRecord("shop.orders", 3, 7, 5, new byte[] {1}, new byte[] {2, 3}),
                    new RawRecord("shop.orders", 3, 8, -1, new byte[0], null),
                    new RawRecord("shop.orders", 3, 9, 5, null, new byte[0])));

    @ParameterizedTest
    @EnumSource
    void valuesComeBackAsTheyWere(Wire wire) throws IOException {
        TypeSerializer<Object> writer = new WireSerializer<>(wire);
        TypeSerializer<Object> reader = writer.duplicate();
        DataOutputSerializer out = new DataOutputSerializer(64);
        List<?> samples = samples(wire);
        for (Object sample : samples) {
            writer.serialize(sample, out);
        }
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        List<String> back = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            back.add(described(reader.deserialize(in)));
        }
        assertThat(back).isEqualTo(samples.stream().map(WireTypeTest::described).toList());
        assertThat(in.available()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void streamsAreCopiedWithoutLoss(Wire wire) throws IOException {
        TypeSerializer<Object> serializer = new WireSerializer<>(wire);
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(samples(wire).get(0), out);
        DataOutputSerializer copy = new DataOutputSerializer(64);
        serializer.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copy);
        assertThat(copy.getCopyOfBuffer()).isEqualTo(out.getCopyOfBuffer());
    }

    @ParameterizedTest
    @EnumSource
    void aSavepointFindsTheSerializerOfItsTypeAndNoOther(Wire wire) throws IOException {
        TypeSerializer<Object> serializer = new WireSerializer<>(wire);
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(out, serializer.snapshotConfiguration());
        TypeSerializerSnapshot<Object> restored = TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
        assertThat(restored.restoreSerializer()).isEqualTo(serializer);
        for (Wire other : Wire.values()) {
            TypeSerializerSnapshot<Object> current = new WireSerializer<>(other).snapshotConfiguration();
            assertThat(current.resolveSchemaCompatibility(restored).isCompatibleAsIs())
                    .isEqualTo(other == wire);
        }
    }

    @ParameterizedTest
    @EnumSource
    void typeExtractionFindsTheTypeEvenWhereKryoIsForbidden(Wire wire) {
        ExecutionConfig config = new ExecutionConfig();
        Configuration noKryo = new Configuration();
        noKryo.set(PipelineOptions.GENERIC_TYPES, false);
        config.configure(noKryo, getClass().getClassLoader());
        TypeInformation<?> type = TypeInformation.of(wire.type());
        assertThat(type).isInstanceOf(WireType.class);
        assertThat(type.createSerializer(config.getSerializerConfig())).isEqualTo(new WireSerializer<>(wire));
    }

    @Test
    void aSchemaOfAnUnknownFormatIsRefused() {
        byte[] newer = SCHEMA.bytes().clone();
        newer[0] = 99;
        assertThatThrownBy(() -> SchemaBytes.read(newer)).hasMessageContaining("Schema format 99");
    }

    private static List<?> samples(Wire wire) {
        List<?> samples = SAMPLES.get(wire);
        assertThat(samples).as("Samples of " + wire).isNotNull();
        return samples == null ? List.of() : samples;
    }

    private static Change change() {
        return Change.upsert(Operation.READ, SCHEMA, POSITION, 5, KEY, row());
    }

    private static Change partial() {
        return Change.partial(Operation.UPDATE, SCHEMA, POSITION, 5, KEY, binary(1L, null), new int[] {1});
    }

    private static BinaryRowData row() {
        return binary(1L, StringData.fromString("some text that is longer than seven bytes"));
    }

    private static BinaryRowData binary(@Nullable Object... values) {
        VarCharType text = new VarCharType(VarCharType.MAX_LENGTH);
        RowDataSerializer serializer = values.length == 1
                ? new RowDataSerializer(new BigIntType(false))
                : new RowDataSerializer(new BigIntType(false), text);
        return serializer.toBinaryRow(GenericRowData.of(values)).copy();
    }

    /** All that makes a value what it is; a Change has no equality. */
    private static String described(Object value) {
        if (value instanceof Change change) {
            return change + " " + change.isExpiry() + change.again() + change.timestamp() + change.schema()
                    + change.schema().fingerprint()
                    + (!change.operation().isOfRow() ? "" : hex(change.key()))
                    + (change.row() == null ? "" : hex(change.row())) + Arrays.toString(change.missing());
        }
        if (value instanceof ChangelogRow row) {
            return row + " " + row.isSnapshot() + row.isBlind() + row.isExpiry() + row.isReplacement()
                    + row.isSetAside() + row.timestamp() + row.schema().fingerprint() + hex(row.row());
        }
        if (value instanceof Rejected rejected) {
            return rejected + " " + rejected.timestamp() + rejected.position()
                    + new String(rejected.raw(), StandardCharsets.ISO_8859_1);
        }
        if (value instanceof TableKey key) {
            return key.table() + hex(key.key());
        }
        if (value instanceof RawRecord record) {
            return record + " " + record.timestamp() + Arrays.toString(record.key()) + Arrays.toString(record.value());
        }
        if (value instanceof Filled filled) {
            return filled.toString();
        }
        Schema schema = (Schema) value;
        return schema + " " + schema.fingerprint() + schema.columns().get(1).isOmissible();
    }

    private static String hex(BinaryRowData row) {
        return Arrays.toString(BinaryRows.bytes(row));
    }
}
