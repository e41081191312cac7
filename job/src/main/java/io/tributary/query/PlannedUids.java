package io.tributary.query;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.transformations.PhysicalTransformation;
import org.jspecify.annotations.Nullable;

/**
 * Gives the operators that the planner makes for one file uids that say what they do, in a file that does what it does.
 *
 * <p>The planner's own uids count the nodes of a plan, from a counter that never starts anew in a JVM. With these, a savepoint's
 * state finds its operators as long as the whole file is the same, whatever becomes of other files. A file that was
 * changed has none of its uids of before: half of its state would not fit what the other half sees.
 */
final class PlannedUids {

    private static final String NODE_NUMBER = "^\\[\\d+]:";

    private final Map<Transformation<?>, Scan> scans;
    private final Map<Transformation<?>, String> digests = new LinkedHashMap<>();

    private PlannedUids(Map<Transformation<?>, Scan> scans) {
        this.scans = scans;
    }

    /**
     * How an output is made.
     *
     * @param scans what the planner was given, by identity, and what each stands for
     */
    static String digest(Transformation<?> made, Map<Transformation<?>, Scan> scans) {
        return new PlannedUids(scans).digest(made);
    }

    /** @param prefix what all uids begin with; it tells the file from others, and from what it was */
    static void set(Transformation<?> made, Map<Transformation<?>, Scan> scans, String prefix) {
        PlannedUids uids = new PlannedUids(scans);
        uids.digest(made);
        Set<String> given = new HashSet<>();
        uids.digests.forEach((transformation, digest) -> {
            if (transformation instanceof PhysicalTransformation && transformation.getUid() == null) {
                transformation.setUid(unique(prefix + "-" + digest, given));
                transformation.setName(transformation.getName().replaceAll("\\[\\d+]", ""));
            }
        });
    }

    private String digest(Transformation<?> transformation) {
        Scan scan = scans.get(transformation);
        if (scan != null) {
            return scan.label();
        }
        String known = digests.get(transformation);
        if (known != null) {
            return known;
        }
        StringBuilder text = new StringBuilder(plain(transformation.getDescription(), transformation.getName()));
        for (Transformation<?> before : transformation.getInputs()) {
            text.append('\n').append(digest(before));
        }
        String digest = Digest.of(text.toString());
        digests.put(transformation, digest);
        return digest;
    }

    private static String plain(@Nullable String description, String name) {
        return (description == null || description.isEmpty() ? name : description).replaceFirst(NODE_NUMBER, "");
    }

    /** Two operators that do the same on the same input are told apart by their order. */
    private static String unique(String uid, Set<String> given) {
        String next = uid;
        for (int i = 2; !given.add(next); i++) {
            next = uid + "-" + i;
        }
        return next;
    }
}
