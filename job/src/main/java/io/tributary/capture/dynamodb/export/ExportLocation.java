package io.tributary.capture.dynamodb.export;

import io.tributary.store.ObjectStore;
import io.tributary.store.StoreLocation;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where exports are looked for: a prefix of a bucket or a local folder in which {@code AWSDynamoDB/} is, for all exports there;
 * or {@code .../AWSDynamoDB/<export>}, for that one alone.
 */
public final class ExportLocation implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Where DynamoDB puts exports below the prefix that it was told. */
    public static final String FOLDER = "AWSDynamoDB/";

    private final StoreLocation base;
    private final @Nullable String only;

    private ExportLocation(StoreLocation base, @Nullable String only) {
        this.base = base;
        this.only = only;
    }

    /**
     * @param region of the bucket; null if the AWS SDK finds it by itself
     * @param endpoint of S3; null for that of AWS
     * @throws IllegalArgumentException with what is wrong with the location
     */
    public static ExportLocation of(String location, @Nullable String region, @Nullable String endpoint) {
        StoreLocation whole = StoreLocation.of(location, region, endpoint);
        String path = whole.toString();
        int folder = (path + "/").lastIndexOf("/" + FOLDER);
        if (folder < 0) {
            return new ExportLocation(whole, null);
        }
        String only = path.substring(Math.min(path.length(), folder + 1 + FOLDER.length()));
        if (only.contains("/")) {
            throw new IllegalArgumentException("'" + location
                    + "' is neither a location of exports nor an export: an export ends in AWSDynamoDB/<export>");
        }
        return new ExportLocation(whole.at(path.substring(0, folder)), only.isEmpty() ? null : only);
    }

    public boolean isS3() {
        return base.isS3();
    }

    public String bucket() {
        return base.bucket();
    }

    /** Without slashes at its ends. */
    public String prefix() {
        return base.prefix();
    }

    public ObjectStore open() throws IOException {
        return base.open();
    }

    /** The exports that are there, complete or not. */
    public List<String> exports(ObjectStore store) throws IOException {
        return only == null ? store.folders(FOLDER) : List.of(only);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ExportLocation && other.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** As it may be given in the settings. */
    @Override
    public String toString() {
        String path = base.toString();
        return only == null ? path : path + (path.endsWith("/") ? "" : "/") + FOLDER + only;
    }
}
