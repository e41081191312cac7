package io.tributary.capture.dynamodb;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Which table a name stands for: the ARN has the account and the region, and the id tells a table from one that had the name before
 * it was dropped. Either is empty where it is not known.
 */
public final class TableIdentity implements Serializable {

    public static final TableIdentity UNKNOWN = new TableIdentity("", "");

    private static final long serialVersionUID = 1L;

    private final String arn;
    private final String id;

    private TableIdentity(String arn, String id) {
        this.arn = requireNonNull(arn);
        this.id = requireNonNull(id);
    }

    public static TableIdentity of(@Nullable String arn, @Nullable String id) {
        return arn == null || id == null || arn.isEmpty() || id.isEmpty() ? UNKNOWN : new TableIdentity(arn, id);
    }

    public String arn() {
        return arn;
    }

    public String id() {
        return id;
    }

    public boolean isKnown() {
        return !id.isEmpty();
    }

    /**
     * Whether one of the two was dropped before the other was made under its name. Of tables of two accounts or regions nothing is
     * said: a copy has the same rows.
     */
    public boolean isAnotherThan(TableIdentity other) {
        return arn.equals(other.arn) && !id.equals(other.id);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TableIdentity
                && ((TableIdentity) other).arn.equals(arn)
                && ((TableIdentity) other).id.equals(id);
    }

    @Override
    public int hashCode() {
        return arn.hashCode() * 31 + id.hashCode();
    }

    @Override
    public String toString() {
        return isKnown() ? arn + " (" + id + ")" : "unknown";
    }
}
