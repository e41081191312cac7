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
                sentences.add("Topic " + topic + " was deleted and made again while the job stood still (its id was "
                        + before
                        + " and is " + now + "): what the old one had behind the checkpoint is gone, and the offsets of"
                        + " the new one are others. Start the job anew, without state, after the connector has taken a new"
                        + " snapshot");
            }
        }
        return sentences.isEmpty() ? null : String.join(". ", sentences);
    }
}
