package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import org.jspecify.annotations.Nullable;

/** Where the schemas of Avro records are kept, by the numbers that the records have in front. */
public interface Registry {

    /**
     * The schema's text; null if there is none of this number.
     *
     * @throws Unreadable if what it has under this number is no schema, which asking again does not change
     * @throws RegistryException if the registry cannot be reached, which is no fault of the record
     */
    @Nullable
    String schema(int id) throws Unreadable;
}
