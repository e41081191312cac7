package io.tributary.store;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** A prefix of a bucket, or a local folder. */
public final class StoreLocation implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String S3 = "s3://";
    private static final String FILE = "file:";

    private final String base;
    private final @Nullable String region;
    private final @Nullable String endpoint;

    private StoreLocation(String base, @Nullable String region, @Nullable String endpoint) {
        this.base = base;
        this.region = region;
        this.endpoint = endpoint;
    }

    /**
     * @param region of the bucket; null if the AWS SDK finds it by itself
     * @param endpoint of S3; null for that of AWS
     * @throws IllegalArgumentException with what is wrong with the location
     */
    public static StoreLocation of(String location, @Nullable String region, @Nullable String endpoint) {
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
                    "'" + location + "' is not a location: write s3://bucket/prefix or an absolute path");
        }
        return new StoreLocation(base, region, endpoint);
    }

    /** The same, with another path, which may be empty for the root of a disk. */
    public StoreLocation at(String path) {
        return new StoreLocation(path.isEmpty() ? "/" : path, region, endpoint);
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

    public @Nullable String region() {
        return region;
    }

    private static String bucket(String base) {
        String path = base.substring(S3.length());
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    public ObjectStore open() throws IOException {
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoreLocation && ((StoreLocation) other).base.equals(base);
    }

    @Override
    public int hashCode() {
        return base.hashCode();
    }

    /** As it may be given in the settings, without a slash at its end. */
    @Override
    public String toString() {
        return base;
    }
}
