package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * What a file makes of one row of the one table that it reads. It keeps nothing, so the same row gives the same at any time.
 *
 * <p>A row that cannot be computed is taken as if it were not there, as by a {@link GuardedOperator}: that it is taken back fails
 * as well, and only that it comes is worth a letter.
 */
final class RowComputation {

    private final Routes routes;
    private final @Nullable OneInputStreamOperator<RowData, RowData> projection;
    private final CapturedRow captured;
    private final @Nullable Uncomputable uncomputable;
    private final RowType read;
    private final PlainRows plain;
    private final Consumer<Rejected> letters;
    private final StreamRecord<RowData> element = new StreamRecord<>(null);

    /**
     * @param projection null if the rows that are read are the file's
     * @param captured where the projection's rows go
     * @param made the type of the file's rows
     */
    RowComputation(
            Scan scan,
            @Nullable OneInputStreamOperator<RowData, RowData> projection,
            CapturedRow captured,
            @Nullable Uncomputable uncomputable,
            RowType made,
            RuntimeContext context,
            Consumer<Rejected> letters) {
        this.routes = new Routes(List.of(scan), context);
        this.projection = projection;
        this.captured = captured;
        this.uncomputable = uncomputable;
        this.read = scan.read().rowType();
        this.plain = new PlainRows(made);
        this.letters = letters;
    }

    /** In the columns that the file reads; null if it is not to have the row. */
    @Nullable
    BinaryRowData read(ChangelogRow row) {
        return routes.of(row.schema()).get(0).read(row);
    }

    /**
     * Null if the row is filtered, or cannot be computed.
     *
     * @param isNew whether it comes, rather than being taken back
     */
    @Nullable
    BinaryRowData of(BinaryRowData row, boolean isNew) throws Exception {
        OneInputStreamOperator<RowData, RowData> operator = projection;
        if (operator == null) {
            return row;
        }
        try {
            operator.processElement(element.replace(row));
        } catch (Throwable thrown) {
            if (!Uncomputable.isCausedBy(thrown)) {
                throw thrown;
            }
            captured.take();
            if (isNew) {
                letters.accept(requireNonNull(uncomputable).row(read, row, thrown, System.currentTimeMillis()));
            }
            return null;
        }
        RowData made = captured.take();
        // A filter hands on the row itself.
        return made == null || made == row ? row(made) : plain.of(made);
    }

    private static @Nullable BinaryRowData row(@Nullable RowData same) {
        return (BinaryRowData) same;
    }
}
