package io.tributary.command;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** The text of a settings file to begin with. Every value stands in quotes, so that YAML takes it for nothing else. */
final class FirstSettings {

    private static final String HEAD = """
            # Written by tributary init, and yours to edit. job/docs/options.md lists all settings.
            name: %s

            """;

    private final StringBuilder text = new StringBuilder();

    FirstSettings(String name) {
        text.append(HEAD.formatted(quoted(name)));
    }

    /**
     * @param slot of the slot and the publication, which are the server's and the database's
     * @param tables as {@code postgres.tables} has them
     */
    FirstSettings postgres(Login login, String slot, List<String> tables) {
        text.append("""
                postgres:
                  hostname: %s
                  port: %d
                  database: %s
                  username: %s
                  password: %s
                  slot: %s
                  publication: %s
                  tables:
                """.formatted(
                        quoted(login.host()),
                        login.port(),
                        quoted(login.database()),
                        quoted(login.user()),
                        quoted(login.password()),
                        quoted(slot),
                        quoted(slot)));
        tables.forEach(table -> text.append("    - ").append(quoted(table)).append('\n'));
        login.jdbc().forEach((key, value) -> {
            text.append(text.indexOf("  jdbc:\n") < 0 ? "  jdbc:\n" : "");
            text.append("    ").append(key).append(": ").append(quoted(value)).append('\n');
        });
        text.append('\n');
        return this;
    }

    /** Tables that pass through go to the targets as they are, beside what the SQL files make. */
    FirstSettings sql(String directory, Collection<String> passThrough) {
        text.append("""
                sql:
                  directory: %s
                  pass-through: [%s]

                """.formatted(
                        quoted(directory),
                        passThrough.stream().map(FirstSettings::quoted).collect(Collectors.joining(", "))));
        return this;
    }

    /** Iceberg in a folder of this machine, with the catalog that needs nothing else. */
    FirstSettings lake(String namespace, Path folder) {
        text.append("""
                iceberg:
                  namespace: %s
                  catalog:
                    type: hadoop
                    warehouse: %s
                """.formatted(quoted(namespace), quoted(folder.toUri().toString())));
        return this;
    }

    /** Iceberg in S3 with Glue. */
    FirstSettings glue(String namespace, String bucket, String region) {
        text.append("""
                iceberg:
                  namespace: %s
                  catalog:
                    type: glue
                    warehouse: %s
                    io-impl: org.apache.iceberg.aws.s3.S3FileIO
                    client.region: %s
                """.formatted(quoted(namespace), quoted("s3://" + bucket + "/lake"), quoted(region)));
        return this;
    }

    /** The warehouse, and the stream that leads there. */
    FirstSettings redshift(String name, String url, String role, String region) {
        text.append("""

                kinesis:
                  stream: %1$s
                  client:
                    aws.region: %2$s

                redshift:
                  url: %3$s
                  username: tributary
                  password: "secretsmanager:redshift/tributary#password"
                  schema: %1$s
                  iam-role: %4$s
                """.formatted(quoted(name), quoted(region), quoted(url), quoted(role)));
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
