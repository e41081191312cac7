package io.tributary.capture.debezium;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The registry of Avro schemas cannot be used: no fault of a record, so the job has to fail and begin again. */
public final class RegistryException extends UncheckedIOException {

    private static final long serialVersionUID = 1L;

    public RegistryException(String message, IOException cause) {
        super(message, cause);
    }
}
