package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.benchmark.contender.Contenders;
import io.tributary.local.benchmark.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.iceberg.IcebergBuild;

/** What one has to know to read the figures. */
final class Facts {

    private Facts() {}

    static Map<String, String> of(String[] arguments, BenchmarkOptions options) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("command", ("deploy/local/benchmark " + String.join(" ", arguments)).strip());
        facts.put("day", LocalDate.now(ZoneOffset.UTC).toString());
        facts.put("machine", processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores, " + memory());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("Java", System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
        facts.put(
                "Flink",
                EnvironmentInformation.getVersion() + ", RocksDB, " + Bench.SLOTS + " slots, commits every "
                        + Bench.COMMITS + ", task manager of "
                        + options.memory().toHumanReadableString());
        facts.put("Iceberg", IcebergBuild.version());
        facts.put("replica identity", options.oldRows() ? "FULL" : "DEFAULT");
        facts.put("rounds", String.valueOf(options.rounds()));
        facts.put("scale", String.valueOf(options.scale()));
        facts.put(Report.READER, Contenders.defaultReader().toString());
        return facts;
    }

    private static String processor() throws IOException {
        return first(Path.of("/proc/cpuinfo"), "model name");
    }

    private static String memory() throws IOException {
        long kilobytes =
                Long.parseLong(first(Path.of("/proc/meminfo"), "MemTotal").replaceAll("\\D", ""));
        return Math.round(kilobytes / 1048576.0) + " GB";
    }

    private static String first(Path file, String key) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        }
    }
}
