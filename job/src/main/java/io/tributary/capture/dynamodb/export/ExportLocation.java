package io.tributary.capture.dynamodb.export;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Where exports are looked for: a prefix of a bucket or a local folder in which {@code AWSDynamoDB/} is, for all exports there;
 * or {@code .../AWSDynamoDB/<export>}, for that one alone.
 */
public final class ExportLocation implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Where DynamoDB puts exports below the prefix that it was told. */
    public static final String FOLDER = "AWSDynamoDB/";

    private static final String S3 = "s3://";
    private static final String FILE = "file:";

    private final String base;
    private final @Nullable String only;
    private final @Nullable String region;
    private final @Nullable String endpoint;

    private ExportLocation(String base, @Nullable String only, @Nullable String region, @Nullable String endpoint) {
        this.base = base;
        this.only = only;
        this.region = region;
        this.endpoint = endpoint;
    }

    /**
     * @param region of the bucket; null if the AWS SDK finds it by itself
     * @param endpoint of S3; null for that of AWS
     * @throws IllegalArgumentException with what is wrong with the location
     */
    public static ExportLocation of(String location, @Nullable String region, @Nullable String endpoint) {
        String base = location.startsWith(FILE) ? URI.create(location).getPath() : location;
        while (base.length() > 1 && base.endsWith("/")) {
            base = base.substring(0, base.length() - 1);
        }
        if (base.startsWith("s3a://") || base.startsWith("s3n://")) {
            base = S3 + base.substring(6);
        }
        boolean isS3 = base.startsWith(S3);
        if (isS3
                ? bucket(base).isEmpty()
                : base.contains("://") || !Path.of(base).isAbsolute()) {
            throw new IllegalArgumentException(
                    "'" + location + "' is not a location of exports: write s3://bucket/prefix or an absolute path");
        }
        int folder = (base + "/").lastIndexOf("/" + FOLDER);
        String only = null;
        if (folder >= 0) {
            String rest = base.substring(Math.min(base.length(), folder + 1 + FOLDER.length()));
            only = rest.isEmpty() ? null : rest;
            base = base.substring(0, folder);
        }
        if (only != null && only.contains("/")) {
            throw new IllegalArgumentException("'" + location
                    + "' is neither a location of exports nor an export: an export ends in AWSDynamoDB/<export>");
        }
        return new ExportLocation(base.isEmpty() ? "/" : base, only, region, endpoint);
    }

    public boolean isS3() {
        return base.startsWith(S3);
    }

    public String bucket() {
        return bucket(base);
    }

    /** Without slashes at its ends. */
    public String prefix() {
        return base.substring(Math.min(base.length(), S3.length() + bucket().length() + 1));
    }

    private static String bucket(String base) {
        String path = base.substring(S3.length());
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    public ExportStore open() throws IOException {
        if (!isS3()) {
            return new LocalStore(Path.of(base));
        }
        String prefix = prefix();
        return new S3Store(client(), bucket(), prefix.isEmpty() ? "" : prefix + "/");
    }

    private S3Client client() throws IOException {
        S3ClientBuilder builder = S3Client.builder().httpClientBuilder(ApacheHttpClient.builder());
        if (region != null) {
            builder.region(Region.of(region));
        }
        if (endpoint != null) {
            builder.endpointOverride(URI.create(endpoint)).forcePathStyle(true);
        }
        try {
            return builder.build();
        } catch (SdkException e) {
            throw new IOException("There is no client for " + this + ": " + e.getMessage(), e);
        }
    }

    /** The exports that are there, complete or not. */
    public List<String> exports(ExportStore store) throws IOException {
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
        return only == null ? base : base + (base.endsWith("/") ? "" : "/") + FOLDER + only;
    }
}
