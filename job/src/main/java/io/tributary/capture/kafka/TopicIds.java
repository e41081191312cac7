package io.tributary.capture.kafka;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ids that Kafka gave the topics when they were made, as they were at the start of the job. A topic that is made again under its
 * name has another; its offsets start again, and say nothing of those in a checkpoint.
 */
final class TopicIds implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String ANEW =
            ". Start the job anew, without state, after the connector has taken a new snapshot";

    private final TreeMap<String, String> idOf;

    private TopicIds(Map<String, String> idOf) {
        this.idOf = new TreeMap<>(idOf);
    }

    /** @param idOf by the topics' names; brokers before Kafka 2.8 have none */
    static TopicIds of(Map<String, String> idOf) {
        return new TopicIds(idOf);
    }

    /** What is to be kept in a checkpoint. */
    List<String> entries() {
        List<String> entries = new ArrayList<>();
        idOf.forEach((topic, id) -> entries.add(id + " " + topic));
        return entries;
    }

    /** The sentences on topics that were made again since the checkpoint; null if there are none. */
    @Nullable
    String problem(Iterable<String> kept) {
        List<String> sentences = new ArrayList<>();
        for (String entry : kept) {
            int space = entry.indexOf(' ');
            String before = entry.substring(0, space);
            String topic = entry.substring(space + 1);
            String now = idOf.getOrDefault(topic, before);
            if (!now.equals(before)) {
                sentences.add(madeAgain(topic, "stood still", before, now)
                        + "what the old one had behind the checkpoint is gone, and the offsets of the new one are others"
                        + ANEW);
            }
        }
        return joined(sentences);
    }

    /**
     * The sentences on topics that were made again since the start of the job; null if there are none.
     *
     * @param now the ids that Kafka has for the topics, by their names
     */
    @Nullable
    String problemWhileRunning(Map<String, String> now) {
        List<String> sentences = new ArrayList<>();
        idOf.forEach((topic, before) -> {
            String id = now.getOrDefault(topic, before);
            if (!id.equals(before)) {
                sentences.add(madeAgain(topic, "ran", before, id)
                        + "the last records of the old one may not have been read, and the new one is read from an offset"
                        + " of the old one on" + ANEW);
            }
        });
        return joined(sentences);
    }

    private static String madeAgain(String topic, String meanwhile, String before, String now) {
        return "Topic " + topic + " was deleted and made again while the job " + meanwhile + " (its id was " + before
                + " and is " + now + "): ";
    }

    private static @Nullable String joined(List<String> sentences) {
        return sentences.isEmpty() ? null : String.join(". ", sentences);
    }
}
