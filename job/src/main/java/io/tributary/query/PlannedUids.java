package io.tributary.query;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.transformations.PhysicalTransformation;
import org.apache.flink.streaming.api.transformations.SideOutputTransformation;
import org.jspecify.annotations.Nullable;

/**
 * Gives the planner's operators uids that say what they do: a digest of the operator's description and of all that leads to it.
 *
 * <p>The planner's own uids count the nodes of a plan, from a counter that never starts anew in a JVM. With these, a savepoint's
 * state finds its operator as long as the part of the SQL that fed it is the same, whatever else was added or removed;
 * and it never meets an operator that means something else.
 */
final class PlannedUids {

    private static final String NODE_NUMBER = "^\\[\\d+]:";

    private final String prefix;
    private final Transformation<?> end;
    private final Map<Transformation<?>, String> digests = new HashMap<>();
    private final Set<String> given = new HashSet<>();

    private PlannedUids(String prefix, Transformation<?> end) {
        this.prefix = prefix;
        this.end = end;
    }

    /**
     * @param end where the planner's operators begin
     * @return for each output a digest of how it is made
     */
    static Map<String, String> set(Map<String, ? extends DataStream<?>> outputs, Transformation<?> end, String prefix) {
        PlannedUids uids = new PlannedUids(prefix, end);
        Map<String, String> digests = new TreeMap<>();
        outputs.forEach((table, stream) -> digests.put(table, uids.digest(stream.getTransformation())));
        return digests;
    }

    private String digest(Transformation<?> transformation) {
        if (transformation.equals(end)) {
            return "";
        }
        String known = digests.get(transformation);
        if (known != null) {
            return known;
        }
        StringBuilder text = new StringBuilder();
        if (transformation instanceof SideOutputTransformation) {
            text.append(((SideOutputTransformation<?>) transformation)
                    .getOutputTag()
                    .getId());
        } else {
            text.append(plain(transformation.getDescription(), transformation.getName()));
        }
        for (Transformation<?> input : transformation.getInputs()) {
            text.append('\n').append(digest(input));
        }
        String digest = sha256(text.toString());
        digests.put(transformation, digest);
        if (transformation instanceof PhysicalTransformation && transformation.getUid() == null) {
            transformation.setUid(unique(prefix + "-" + digest));
            transformation.setName(transformation.getName().replaceAll("\\[\\d+]", ""));
        }
        return digest;
    }

    private static String plain(@Nullable String description, String name) {
        return (description == null || description.isEmpty() ? name : description).replaceFirst(NODE_NUMBER, "");
    }

    /** Two operators that do the same on the same input are told apart by their order. */
    private String unique(String uid) {
        String next = uid;
        for (int i = 2; !given.add(next); i++) {
            next = uid + "-" + i;
        }
        return next;
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            StringBuilder hex = new StringBuilder();
            for (int i = 0; i < 8; i++) {
                hex.append(Character.forDigit((hash[i] >> 4) & 15, 16)).append(Character.forDigit(hash[i] & 15, 16));
            }
            return hex.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
