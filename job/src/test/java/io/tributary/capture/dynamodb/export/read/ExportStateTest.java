package io.tributary.capture.dynamodb.export.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Window;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What checkpoints hold stays readable: the bytes of every version are. */
class ExportStateTest {

    private static final Export EXPORT =
            Export.of("0170-ab", "Orders", Window.incremental(1, 2), List.of()).of(TableIdentity.of("a", "id"));
    private static final ExportSplit FILE = ExportSplit.file(EXPORT, "orders", DataFile.of("data/f.gz", "bWQ1", 7))
            .numbered(3)
            .at(5, true);
    private static final ExportSplit REPORT =
            ExportSplit.report("0171-cd", "", "why", new byte[] {1, 2}).numbered(4);

    private static final String FILE_BYTES = "66" + "0007303137302d6162" + "00066f7264657273" + "0000000000000001"
            + "0000000000000002" + "0009646174612f662e677a" + "000462575131" + "0000000000000007" + "00000000"
            + "00000000" + "00000003" + "0000000000000005" + "01";

    private static final String TABLE_BYTES = "0000000000000009" + "00000005" + "00000001" + "00066f7264657273"
            + "ffffffffffffffff" + "ffffffffffffffff" + "ffffffffffffffff";

    private static final String LEDGER_BYTES =
            "0007303137302d6162" + "0000000000000001" + "0000000000000002" + "00000000";

    private static final String PARTS_BYTES = "00000001" + FILE_BYTES + "00000001" + "000161";

    private static final String FIRST_BYTES = TABLE_BYTES + LEDGER_BYTES + PARTS_BYTES;

    private static final String SECOND_BYTES = TABLE_BYTES + "0000000000000007" + LEDGER_BYTES + PARTS_BYTES;

    private static final String THIRD_BYTES = TABLE_BYTES + "0000000000000007" + "0000000000000006" + LEDGER_BYTES
            + "00000001" + "0007303136392d6161" + "00000005" + PARTS_BYTES;

    /** The table of the rows, when it had its name, and the table of the export that is being loaded. */
    private static final String KNOWN_BYTES = "000161" + "00026964" + "0000000000000002" + "000161" + "00026964" + "00";

    private static final String UNKNOWN_BYTES = "0000" + "0000" + "ffffffffffffffff" + "0000" + "0000" + "00";

    private static final String NEVER_SAVED_BYTES = "ffffffffffffffff" + "ffffffffffffffff";

    private static final String STATE_BYTES = TABLE_BYTES + "0000000000000007" + "0000000000000006" + LEDGER_BYTES
            + "00000001" + "0007303136392d6161" + "00000005" + KNOWN_BYTES + PARTS_BYTES
            + "0000000000000003" + "000000000000000a";

    @Test
    void splitsKeepTheirForm() throws IOException {
        byte[] bytes = ExportSplitSerializer.INSTANCE.serialize(FILE);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(FILE_BYTES);

        ExportSplit read =
                ExportSplitSerializer.INSTANCE.deserialize(1, HexFormat.of().parseHex(FILE_BYTES));
        assertThat(read).usingRecursiveComparison().isEqualTo(FILE);
        assertThat(ExportSplitSerializer.INSTANCE.deserialize(1, ExportSplitSerializer.INSTANCE.serialize(REPORT)))
                .usingRecursiveComparison()
                .isEqualTo(REPORT);
        assertThatThrownBy(() -> ExportSplitSerializer.INSTANCE.deserialize(2, bytes))
                .hasMessageContaining("Version 2");
    }

    @Test
    void theEnumeratorsStateKeepsItsForm() throws IOException {
        Ledger ledger = Ledger.listed(6);
        ledger.begin(Export.of("0169-aa", "Orders", Window.full(7), List.of()), false, 2);
        ledger.begin(EXPORT, false, 5);
        ExportState state = new ExportState(
                Standstill.of(3, 9), 10, 5, new TreeMap<>(Map.of("orders", ledger)), List.of(FILE), Set.of("a"));
        ExportState.Serializer serializer = new ExportState.Serializer();

        assertThat(HexFormat.of().formatHex(serializer.serialize(state))).isEqualTo(STATE_BYTES);
        ExportState read = serializer.deserialize(5, HexFormat.of().parseHex(STATE_BYTES));
        assertThat(HexFormat.of().formatHex(serializer.serialize(read))).isEqualTo(STATE_BYTES);
        assertThat(read.ledgers().get("orders").active()).isEqualTo("0170-ab");
        assertThat(read.waiting()).singleElement().usingRecursiveComparison().isEqualTo(FILE);
        assertThatThrownBy(() -> serializer.deserialize(6, new byte[0])).hasMessageContaining("Version 6");
    }

    @Test
    void theStatesOfFormerVersionsAreRead() throws IOException {
        ExportState.Serializer serializer = new ExportState.Serializer();

        ExportState first = serializer.deserialize(1, HexFormat.of().parseHex(FIRST_BYTES));
        ExportState second = serializer.deserialize(2, HexFormat.of().parseHex(SECOND_BYTES));
        ExportState third = serializer.deserialize(3, HexFormat.of().parseHex(THIRD_BYTES));

        assertThat(HexFormat.of().formatHex(serializer.serialize(first)))
                .isEqualTo(TABLE_BYTES + "ffffffffffffffff" + "ffffffffffffffff" + LEDGER_BYTES + "00000000"
                        + UNKNOWN_BYTES + PARTS_BYTES + NEVER_SAVED_BYTES);
        assertThat(HexFormat.of().formatHex(serializer.serialize(second)))
                .isEqualTo(TABLE_BYTES + "0000000000000007" + "ffffffffffffffff" + LEDGER_BYTES + "00000000"
                        + UNKNOWN_BYTES + PARTS_BYTES + NEVER_SAVED_BYTES);
        assertThat(HexFormat.of().formatHex(serializer.serialize(third)))
                .isEqualTo(THIRD_BYTES.replace(PARTS_BYTES, UNKNOWN_BYTES + PARTS_BYTES + NEVER_SAVED_BYTES));
    }

    @Test
    void everyPhaseHasALetterOfItsOwn() {
        for (Phase phase : Phase.values()) {
            assertThat(Phase.of(phase.letter())).isEqualTo(phase);
        }
    }
}
