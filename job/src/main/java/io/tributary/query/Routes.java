package io.tributary.query;

import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.jspecify.annotations.Nullable;

/** For each shape in which a table's rows come, how they become those of the scans of that table, worked out once. */
final class Routes {

    private final Collection<Scan> scans;
    private final RuntimeContext context;
    private final Map<Long, List<Route>> byShape = new HashMap<>();
    private long lastShape;
    private @Nullable List<Route> ofLastShape;

    Routes(Collection<Scan> scans, RuntimeContext context) {
        this.scans = scans;
        this.context = context;
    }

    /** In the order of the scans; fails with an {@link OutdatedPlanException} if the plan is not for such rows. */
    List<Route> of(Schema schema) {
        List<Route> known = ofLastShape;
        if (known != null && schema.fingerprint() == lastShape) {
            return known;
        }
        List<Route> found = byShape.get(schema.fingerprint());
        if (found == null) {
            found = new ArrayList<>();
            for (Scan scan : scans) {
                if (scan.table().tableId() == schema.tableId()) {
                    found.add(new Route(schema, scan, context));
                }
            }
            byShape.put(schema.fingerprint(), found);
        }
        lastShape = schema.fingerprint();
        ofLastShape = found;
        return found;
    }
}
