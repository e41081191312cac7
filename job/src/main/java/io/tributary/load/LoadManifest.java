package io.tributary.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files that are loaded together. As an object it has the form that
 * <a href="https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html">COPY takes</a>.
 */
public final class LoadManifest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final LinkedHashMap<String, Long> files;

    /** @param files their paths below the location, and how many bytes each has */
    public LoadManifest(Map<String, Long> files) {
        this.files = new LinkedHashMap<>(files);
    }

    /**
     * @param location of the store, as a URL, without a slash at its end
     * @throws IOException if the object is no such manifest, or names files elsewhere
     */
    public static LoadManifest parse(byte[] json, String location) throws IOException {
        Map<String, Long> files = new LinkedHashMap<>();
        JsonNode entries = JSON.readTree(json).path("entries");
        if (!entries.isArray()) {
            throw new IOException("it has no entries");
        }
        for (JsonNode entry : entries) {
            String url = entry.path("url").asText();
            if (!url.startsWith(location + "/")) {
                throw new IOException("its file " + url + " is not in " + location);
            }
            files.put(
                    url.substring(location.length() + 1),
                    entry.path("meta").path("content_length").asLong());
        }
        return new LoadManifest(files);
    }

    public static LoadManifest empty() {
        return new LoadManifest(Map.of());
    }

    /** The files of both. */
    public LoadManifest and(LoadManifest other) {
        LoadManifest both = new LoadManifest(files);
        both.files.putAll(other.files);
        return both;
    }

    public Map<String, Long> files() {
        return Collections.unmodifiableMap(files);
    }

    /** @param location as for {@link #parse} */
    public byte[] json(String location) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("entries");
            for (Map.Entry<String, Long> file : files.entrySet()) {
                json.writeStartObject();
                json.writeStringField("url", location + "/" + file.getKey());
                json.writeBooleanField("mandatory", true);
                json.writeObjectFieldStart("meta");
                json.writeNumberField("content_length", file.getValue());
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    @Override
    public String toString() {
        return files.toString();
    }
}
