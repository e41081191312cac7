package io.tributary.capture.postgres.connector;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.server.JdbcOptions;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.flink.cdc.connectors.base.options.StartupOptions;
import org.apache.flink.cdc.connectors.postgres.source.config.PostgresSourceConfig;
import org.apache.flink.cdc.connectors.postgres.source.config.PostgresSourceConfigFactory;

/**
 * How the connector is set. The password is not in it, since the connector logs all its properties: each process that makes
 * the configuration gives the password to the {@link PasswordPlugin}.
 */
final class ReaderConfig extends PostgresSourceConfigFactory {

    private static final long serialVersionUID = 1L;

    private static final String HIDDEN = "(hidden)";

    private final PostgresSettings settings;

    ReaderConfig(PostgresSettings settings) {
        this.settings = settings;
        hostname(settings.server().hostname());
        port(settings.server().port());
        database(settings.server().database());
        username(settings.server().username());
        password(HIDDEN);
        schemaList(settings.tables().stream()
                .map(table -> exactly(table.schema()))
                .distinct()
                .toArray(String[]::new));
        tableList(settings.tables().stream()
                .map(table -> exactly(table.schema()) + "\\." + exactly(table.name()))
                .toArray(String[]::new));
        slotName(settings.slot());
        decodingPluginName("pgoutput");
        startupOptions(StartupOptions.initial());
        splitSize(settings.snapshotChunkRows());
        fetchSize(settings.snapshotFetchRows());
        connectTimeout(settings.server().connectTimeout());
        // The default back-fill loses transactions that commit after it; see the ADR.
        skipSnapshotBackfill(true);
        heartbeatInterval(java.time.Duration.ZERO);
        includeSchemaChanges(false);
        setLsnCommitCheckpointsDelay(settings.confirmDelay());
        setIncludePartitionedTables(true);
    }

    @Override
    public PostgresSourceConfig create(int subtask) {
        Properties properties = new Properties();
        JdbcOptions.of(settings).forEach((name, value) -> properties.setProperty("database." + name, value));
        properties.setProperty("publication.name", settings.publication());
        properties.setProperty("publication.autocreate.mode", "disabled");
        properties.setProperty("slot.drop.on.stop", "false");
        properties.setProperty("slot.max.retries", "30");
        properties.setProperty("slot.retry.delay.ms", "2000");
        properties.setProperty("tombstones.on.delete", "false");
        properties.setProperty("snapshot.fetch.size", String.valueOf(settings.snapshotFetchRows()));
        properties.setProperty("max.batch.size", "4096");
        properties.setProperty("max.queue.size", "16384");
        properties.setProperty("poll.interval.ms", "50");
        debeziumProperties(properties);
        return super.create(subtask);
    }

    /** A regular expression that matches this name only. */
    private static String exactly(String name) {
        return name.chars()
                .mapToObj(c -> Character.isLetterOrDigit(c) || c == '_'
                        ? Character.toString(c)
                        : "\\x{" + Integer.toHexString(c) + "}")
                .collect(Collectors.joining());
    }
}
