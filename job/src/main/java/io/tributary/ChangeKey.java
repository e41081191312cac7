package io.tributary;

import io.tributary.change.Change;
import io.tributary.change.TableKey;
import org.apache.flink.api.java.functions.KeySelector;

/** What a change is of: its table and key. */
final class ChangeKey implements KeySelector<Change, TableKey> {

    private static final long serialVersionUID = 1L;

    @Override
    public TableKey getKey(Change change) {
        return TableKey.of(change.schema(), change.key());
    }
}
