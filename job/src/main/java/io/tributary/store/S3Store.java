package io.tributary.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** A bucket, below a prefix. */
final class S3Store implements ObjectStore {

    /** Of one request. */
    private static final int MOST_KEYS = 1000;

    private final S3Client client;
    private final String bucket;
    private final String prefix;

    /**
     * @param prefix empty, or ends in a slash
     */
    S3Store(S3Client client, String bucket, String prefix) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    @Override
    public List<String> folders(String path) throws IOException {
        String folder = prefix + path;
        try {
            return client
                    .listObjectsV2Paginator(
                            request -> request.bucket(bucket).prefix(folder).delimiter("/"))
                    .commonPrefixes()
                    .stream()
                    .map(CommonPrefix::prefix)
                    .map(key -> key.substring(folder.length(), key.length() - 1))
                    .sorted()
                    .collect(Collectors.toList());
        } catch (SdkException e) {
            throw failed("cannot be listed", path, e);
        }
    }

    @Override
    public List<String> files(String path) throws IOException {
        String folder = prefix + path;
        try {
            return client
                    .listObjectsV2Paginator(
                            request -> request.bucket(bucket).prefix(folder).delimiter("/"))
                    .contents()
                    .stream()
                    .map(object -> object.key().substring(folder.length()))
                    .filter(name -> !name.isEmpty())
                    .collect(Collectors.toList());
        } catch (SdkException e) {
            throw failed("cannot be listed", path, e);
        }
    }

    @Override
    public byte @Nullable [] find(String path, int longest) throws IOException {
        try (ResponseInputStream<GetObjectResponse> in =
                client.getObject(request -> request.bucket(bucket).key(prefix + path))) {
            byte[] bytes = in.readNBytes(longest + 1);
            if (bytes.length > longest) {
                // What is left of it is not read, as a close would do.
                in.abort();
            }
            return TooLongException.checked(bytes, name(path), longest);
        } catch (NoSuchKeyException e) {
            return null;
        } catch (SdkException e) {
            throw failed("cannot be read", path, e);
        }
    }

    @Override
    public InputStream open(String path) throws IOException {
        try {
            return client.getObject(request -> request.bucket(bucket).key(prefix + path));
        } catch (NoSuchKeyException e) {
            NoSuchFileException missing = new NoSuchFileException(name(path));
            missing.initCause(e);
            throw missing;
        } catch (SdkException e) {
            throw failed("cannot be read", path, e);
        }
    }

    @Override
    public void put(String path, byte[] bytes) throws IOException {
        try {
            client.putObject(request -> request.bucket(bucket).key(prefix + path), RequestBody.fromBytes(bytes));
        } catch (SdkException e) {
            throw failed("cannot be written", path, e);
        }
    }

    @Override
    public void delete(Collection<String> paths) throws IOException {
        List<ObjectIdentifier> keys = paths.stream()
                .map(path -> ObjectIdentifier.builder().key(prefix + path).build())
                .collect(Collectors.toList());
        for (int from = 0; from < keys.size(); from += MOST_KEYS) {
            List<ObjectIdentifier> some = keys.subList(from, Math.min(keys.size(), from + MOST_KEYS));
            try {
                DeleteObjectsResponse response = client.deleteObjects(request -> request.bucket(bucket)
                        .delete(delete -> delete.objects(some).quiet(true)));
                for (S3Error error : response.errors()) {
                    throw new IOException(
                            "s3://" + bucket + "/" + error.key() + " cannot be deleted: " + error.message());
                }
            } catch (SdkException e) {
                throw failed("cannot be deleted", some.get(0).key().substring(prefix.length()), e);
            }
        }
    }

    private IOException failed(String what, String path, SdkException e) {
        return new IOException(name(path) + " " + what + ": " + e.getMessage(), e);
    }

    @Override
    public String name(String path) {
        return "s3://" + bucket + "/" + prefix + path;
    }

    @Override
    public void close() {
        client.close();
    }
}
