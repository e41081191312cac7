package io.tributary.capture.dynamodb.export.find;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.dynamodb.export.ExportLocation;
import org.jspecify.annotations.Nullable;

/** A folder of an export that was looked into: the export, or what is wrong with it. */
public final class Finding {

    private final String id;
    private final ExportLocation location;
    private final @Nullable Export export;
    private final @Nullable UnusableException problem;
    private final byte[] summary;

    private Finding(
            String id,
            ExportLocation location,
            @Nullable Export export,
            @Nullable UnusableException problem,
            byte[] summary) {
        this.id = requireNonNull(id);
        this.location = requireNonNull(location);
        this.export = export;
        this.problem = problem;
        this.summary = summary;
    }

    static Finding of(Export export, ExportLocation location, byte[] summary) {
        return new Finding(export.id(), location, export, null, summary);
    }

    static Finding problem(String id, ExportLocation location, UnusableException problem, byte[] summary) {
        return new Finding(id, location, null, problem, summary);
    }

    public String id() {
        return id;
    }

    public ExportLocation location() {
        return location;
    }

    @Nullable
    public Export export() {
        return export;
    }

    @Nullable
    public UnusableException problem() {
        return problem;
    }

    /** The manifest as it is stored. */
    public byte[] summary() {
        return summary;
    }
}
