package io.tributary.fill;

import io.tributary.change.TableKey;
import java.util.stream.Stream;

/** What an operator's keyed state is asked for. */
public interface Backend {

    /** All keys that have a row, in the order of their key groups. */
    Stream<TableKey> keys();

    void setCurrentKey(TableKey key);
}
