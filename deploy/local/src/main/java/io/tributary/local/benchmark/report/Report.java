package io.tributary.local.benchmark.report;

import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.measure.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The results for people: on the terminal, in the documents, as a plot. */
public final class Report {

    /** The fact that names the reader the targets are for. */
    public static final String READER = "reader of a job by default";

    private final Results results;
    private final Summary summary;

    public Report(Results results) {
        this.results = results;
        this.summary = new Summary(results.measurements());
    }

    /** Into a folder: results.json, results.svg, results.md. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        results.write(folder.resolve("results.json"));
        Files.writeString(folder.resolve("results.svg"), svg());
        Files.writeString(folder.resolve("results.md"), markdown());
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        for (String scenario : summary.scenarios()) {
            text.append('\n')
                    .append(scenario)
                    .append('\n')
                    .append(table(scenario).text());
        }
        text.append("\ntargets\n").append(targets().text());
        summary.failures().forEach(failure -> text.append('\n').append(failure));
        return text.toString();
    }

    public String svg() {
        return new Plot(summary).svg();
    }

    public String markdown() {
        StringBuilder text = new StringBuilder();
        for (Results.Run run : results.runs()) {
            text.append(text.isEmpty() ? "" : "\n");
            run.facts()
                    .forEach((name, value) -> text.append("- ")
                            .append(name)
                            .append(": ")
                            .append(value)
                            .append('\n'));
            for (String scenario : new Summary(run.measurements()).scenarios()) {
                text.append("\n### ")
                        .append(scenario)
                        .append("\n\n")
                        .append(table(scenario).markdown());
            }
        }
        text.append("\n### targets\n\n").append(targets().markdown());
        summary.failures().forEach(failure -> text.append("\n- ").append(failure));
        return text.toString();
    }

    /** One measurement, as soon as it is there. */
    public static String line(Measurement measurement) {
        StringBuilder line =
                new StringBuilder("%-16s %-20s".formatted(measurement.scenario(), measurement.contender()));
        measurement
                .values()
                .forEach((quantity, value) ->
                        line.append("  ").append(Figures.of(value)).append(' ').append(quantity.label()));
        return measurement.failure() == null ? line.toString() : line + "  FAILED: " + measurement.failure();
    }

    private Grid table(String scenario) {
        Grid grid = new Grid();
        List<Quantity> quantities = List.copyOf(summary.quantities(scenario));
        grid.row(cells("", quantities, Quantity::label));
        for (String contender : summary.contenders(scenario)) {
            grid.row(cells(
                    contender, quantities, quantity -> Figures.of(summary.spread(scenario, contender, quantity))));
        }
        return grid;
    }

    private static List<String> cells(String first, List<Quantity> quantities, Function<Quantity, String> cell) {
        List<String> cells = new ArrayList<>(List.of(first));
        quantities.forEach(quantity -> cells.add(cell.apply(quantity)));
        return cells;
    }

    /** Of the last run. */
    private String reader() {
        List<Results.Run> runs = results.runs();
        return runs.isEmpty() ? "native" : runs.get(runs.size() - 1).facts().getOrDefault(READER, "native");
    }

    private Grid targets() {
        Grid grid = new Grid().row(List.of("", "target", "found", ""));
        for (Target target : Targets.of(reader())) {
            Double found = target.value().of(summary);
            grid.row(List.of(
                    target.sentence(),
                    (target.isLeast() ? "at least " : "at most ") + Figures.of(target.bound()),
                    found == null ? "-" : Figures.of(found),
                    found == null ? "not measured" : target.isMetBy(found) ? "met" : "NOT met"));
        }
        return grid;
    }
}
