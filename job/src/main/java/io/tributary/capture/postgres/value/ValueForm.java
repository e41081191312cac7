package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/** One of the two forms in which the values of a type come, text or binary. Both give the same. */
public interface ValueForm extends ValueReader {

    /** As the server prints it and reads it; what comes in binary form is printed with moments in UTC. */
    void print(Slice value, Text out) throws Unreadable;

    /** As it stands in the JSON of a composite; moments in UTC. */
    void json(Slice value, Text out) throws Unreadable;
}
