package io.tributary;

import io.tributary.capture.Readership;
import io.tributary.change.Audience;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who takes the source tables, by their names in the pipeline. */
final class Readerships {

    private Readerships() {}

    static Map<String, Readership> of(Plan plan, Refills refills) {
        Map<String, Set<String>> readers = plan.queries().readers();
        Set<String> passing = plan.passThrough();
        Map<String, Readership> readerships = new HashMap<>();
        for (String table : plan.sources().keySet()) {
            Set<String> outputs = readers.getOrDefault(table, Set.of());
            boolean passes = passing.contains(table);
            boolean isKeptWhole = !passes || plan.queries().tablesRead().contains(table);
            Set<String> consumers = of(outputs, passes);
            if (passes && plan.settings().makesRecords()) {
                consumers.add(Audience.KINESIS);
            }
            Readership readership = Readership.of(consumers, isKeptWhole);
            readerships.put(
                    table, refills.reread().contains(table) ? readership.refilling(refills.start()) : readership);
        }
        return readerships;
    }

    /** As consumers: SQL files that make these outputs, and Iceberg's table of one that passes through. */
    static Set<String> of(Collection<String> outputs, boolean passes) {
        Set<String> consumers = new TreeSet<>();
        outputs.forEach(output -> consumers.add(Audience.query(output)));
        if (passes) {
            consumers.add(Audience.PASS_THROUGH);
        }
        return consumers;
    }
}
