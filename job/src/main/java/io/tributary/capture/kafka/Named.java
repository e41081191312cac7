package io.tributary.capture.kafka;

import io.tributary.change.TableName;
import io.tributary.settings.Given;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;

/** Topics and tables that settings list, and the names that they go by in the pipeline. */
final class Named {

    private Named() {}

    /** What each entry names, with what it goes by. */
    static Map<String, String> of(ConfigOption<List<String>> option, boolean areTables, Given given) {
        TreeMap<String, String> names = new TreeMap<>();
        List<String> entries = given.find(option);
        for (String entry : entries == null ? List.<String>of() : entries) {
            int equals = entry.indexOf('=');
            String named = (equals < 0 ? entry : entry.substring(0, equals)).strip();
            String name =
                    equals < 0 ? tableOf(named) : entry.substring(equals + 1).strip();
            if (named.isEmpty() || name.isEmpty()) {
                given.problem(option, ": '" + entry + "' names nothing: write it as name or name=another name");
                continue;
            }
            String fault = TableName.problem(name);
            if (fault != null) {
                given.problem(option, ": " + fault);
            }
            if (equals >= 0 && !areTables) {
                given.problem(
                        option,
                        ": '" + entry + "' gives a topic's table a name, and " + KafkaSettings.TABLES.key()
                                + " says that topics carry several: give the names there");
            }
            if (names.containsKey(named)) {
                given.problem(option, " names " + named + " twice");
                continue;
            }
            if (areTables && names.containsValue(name)) {
                given.problem(
                        option,
                        ": two tables go by the name " + name + "; give one of them another: " + named
                                + "=<another name>");
            }
            names.put(named, name);
        }
        return names;
    }

    /** What stands behind the last point. */
    static String tableOf(String topic) {
        return topic.substring(topic.lastIndexOf('.') + 1);
    }
}
