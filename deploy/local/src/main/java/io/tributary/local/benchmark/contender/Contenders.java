package io.tributary.local.benchmark.contender;

import io.tributary.capture.postgres.PostgresSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** All of them, the cheapest first. */
public final class Contenders {

    private static final String READER = "postgres.reader";

    /** Ways to delete rows, as {@code iceberg.deletes} spells them. */
    public static final List<String> DELETES = List.of("equality", "positions", "vectors");

    private Contenders() {}

    public static List<Contender> all() {
        List<Contender> all = new ArrayList<>();
        all.add(new CopyFloor(1));
        all.add(new CopyFloor(2));
        all.add(new SlotFloor());
        all.add(new ConnectorAlone());
        readers().forEach(reader -> all.add(new OurReaderAlone(reader)));
        readers().forEach(reader -> all.add(new OurJob(reader, null)));
        DELETES.forEach(way -> all.add(new OurJob(defaultReader().toString(), way)));
        all.add(new FlinkSql(true));
        all.add(new FlinkSql(false));
        return all;
    }

    /** All but our readers that are not the default, and ways to delete rows: those have to be asked for by name. */
    public static List<Contender> usual() {
        return all().stream()
                .filter(contender ->
                        DELETES.stream().noneMatch(way -> contender.name().endsWith("-" + way)))
                .filter(contender -> readers().stream()
                        .filter(reader -> !reader.equals(defaultReader().toString()))
                        .noneMatch(reader -> contender.name().endsWith("-" + reader)))
                .toList();
    }

    /** Those that say most, for a run that has to be short. */
    public static List<Contender> few() {
        String reader = defaultReader().toString();
        return List.of(
                new CopyFloor(2),
                new SlotFloor(),
                new ConnectorAlone(),
                new OurReaderAlone(reader),
                new OurJob(reader, null),
                new FlinkSql(true));
    }

    /** The job that is shipped, as it is by default. */
    public static Contender ours() {
        return new OurJob(defaultReader().toString(), null);
    }

    /** Our readers, as the setting spells them. */
    static List<String> readers() {
        return Arrays.stream(defaultReader().getDeclaringClass().getEnumConstants())
                .map(String::valueOf)
                .toList();
    }

    /** The reader that a job has if nothing is set. */
    public static Enum<?> defaultReader() {
        for (ConfigOption<?> option : PostgresSettings.options()) {
            if (option.key().equals(READER)) {
                return (Enum<?>) option.defaultValue();
            }
        }
        throw new IllegalStateException("There is no setting " + READER);
    }
}
