package io.tributary.local.benchmark.contender;

import io.tributary.local.service.PostgresServer.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Writes the settings file of our job: what has to be set and no more, so that all else is by default. */
final class OurSettings {

    private OurSettings() {}

    /** The flow's outputs go into a namespace and with a slot and publication of the given names. */
    static Path write(Bench bench, Path folder, String reader, Slot slot, String namespace, Flow flow, String more)
            throws IOException {
        Login source = bench.source();
        return Files.writeString(folder.resolve("settings.yaml"), """
                postgres:
                  reader: %s
                  hostname: 127.0.0.1
                  port: %d
                  database: %s
                  username: %s
                  password: "%s"
                  slot: %s
                  publication: %s
                  tables: [%s]
                iceberg:
                  catalog-name: %s
                  namespace: %s
                  catalog:
                    type: hadoop
                    io-impl: %s
                    warehouse: "%s"
                %s""".formatted(
                        reader,
                        source.port(),
                        source.database(),
                        source.username(),
                        secret(folder, "source-password", source.password()),
                        slot.name(),
                        slot.name(),
                        flow.captured().stream().map(table -> "public." + table).collect(Collectors.joining(", ")),
                        bench.lake().name(),
                        namespace,
                        Lake.FILES,
                        bench.lake().warehouse(),
                        more));
    }

    /** A reference to the secret. */
    private static String secret(Path folder, String name, String value) throws IOException {
        return "file:" + Files.writeString(folder.resolve(name), value);
    }
}
