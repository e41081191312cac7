package io.tributary.settings;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/**
 * AWS Secrets Manager, reached with the region and credentials the AWS SDK finds by itself. A name is a secret's id or ARN;
 * {@code id#key} is one value of a secret that is a JSON object, as RDS and Redshift write theirs.
 */
public final class SecretsManagerStore implements Secrets.Store {

    private static final long serialVersionUID = 1L;

    /** A connection waits for it, and a server for whoever logs in. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @Override
    public @Nullable String find(String name) throws IOException {
        int hash = name.indexOf('#');
        String id = hash < 0 ? name : name.substring(0, hash);
        try (SecretsManagerClient client = SecretsManagerClient.builder()
                .overrideConfiguration(limits -> limits.apiCallTimeout(LONGEST))
                .build()) {
            String text = client.getSecretValue(request -> request.secretId(id)).secretString();
            return hash < 0 ? text : field(id, text, name.substring(hash + 1));
        } catch (ResourceNotFoundException e) {
            return null;
        } catch (SdkException e) {
            throw new IOException("AWS Secrets Manager did not give " + id + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable String field(String id, String text, String key) throws IOException {
        JsonNode json;
        try {
            json = JsonNode.parser().parse(text);
        } catch (RuntimeException e) {
            // The parser's message quotes the text, which is the secret.
            throw new IOException("The secret " + id + " is not a JSON object, so it has no key " + key);
        }
        return json.field(key).map(JsonNode::text).orElse(null);
    }
}
