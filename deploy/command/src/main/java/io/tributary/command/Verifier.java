package io.tributary.command;

import io.tributary.command.verify.Outcome;
import io.tributary.command.verify.Verification;
import io.tributary.settings.Given;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens a pipeline for a comparison, by its settings file. */
public final class Verifier {

    private Verifier() {}

    /**
     * Fails with sentences if an end cannot be reached.
     *
     * @param settings a path or URI of the settings
     * @param database the same of a file whose {@code postgres} section names the tables that come by way of topics; null if there is
     *     none
     */
    public static Verification open(String settings, @Nullable String database) {
        GivenSettings given = GivenSettings.read(settings);
        Lake lake = Lake.of(given);
        Given other = database == null ? null : GivenSettings.read(database).given();
        return Verification.open(given.given(), other, lake.loadCatalog(), lake.namespace());
    }

    /** Every output, with no more than ten keys each. */
    public static List<Outcome> compareAll(String settings, @Nullable String database, Duration patience)
            throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        try (Verification verification = open(settings, database)) {
            for (String output : verification.outputs()) {
                outcomes.add(verification.compare(output, 10, patience));
            }
        }
        return outcomes;
    }
}
