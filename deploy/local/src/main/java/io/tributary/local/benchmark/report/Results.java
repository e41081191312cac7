package io.tributary.local.benchmark.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tributary.local.benchmark.measure.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What runs have measured, and what one has to know to read it. It is what is kept; everything else is made from it. A scenario
 * is of one run, so that what is compared was measured together.
 */
public record Results(List<Run> runs) {

    /**
     * One run.
     *
     * @param facts by name, in the order in which they are shown
     */
    public record Run(Map<String, String> facts, List<Measurement> measurements) {

        private boolean has(String scenario) {
            return measurements.stream()
                    .anyMatch(measurement -> measurement.scenario().equals(scenario));
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    public static Results read(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), Results.class);
    }

    /** The scenarios of these results that the newer run does not have, and then the newer run. */
    public Results with(Run newer) {
        List<Run> all = new ArrayList<>();
        for (Run run : runs) {
            List<Measurement> kept = run.measurements().stream()
                    .filter(measurement -> !newer.has(measurement.scenario()))
                    .toList();
            if (!kept.isEmpty()) {
                all.add(new Run(run.facts(), kept));
            }
        }
        all.add(newer);
        return new Results(all);
    }

    List<Measurement> measurements() {
        return runs.stream().flatMap(run -> run.measurements().stream()).toList();
    }

    public void write(Path file) throws IOException {
        Files.writeString(
                file,
                JSON.writer()
                                .without(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                                .writeValueAsString(this) + "\n");
    }
}
