package io.tributary.sink.redshift;

import io.tributary.load.LoadManifest;
import io.tributary.load.LoadSettings;
import io.tributary.load.RecordFiles;
import io.tributary.store.ObjectStore;
import io.tributary.store.StoreLocation;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the files that the job has completed: copies those of several manifests at once, puts their records where the merges take
 * them, and notes the manifests, in one transaction. Then the files are deleted. Whatever it is stopped in, a manifest is copied once:
 * one that is noted is not copied again, when its files are still there or the job tells of it anew.
 */
final class FileLoads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileLoads.class);
    private static final SqlTemplate LOADED = SqlTemplate.of("loaded.sql");
    private static final SqlTemplate LOST = SqlTemplate.of("lost-files.sql");

    /** Manifests for COPY, below the location: each is there for as long as that takes. */
    private static final String COPIES = "copies/";

    /** Of one COPY: what does not fit is the next one's. */
    private static final int MOST_FILES = 1_000;

    private static final long MOST_BYTES = 8L << 30;
    private static final int LONGEST_MANIFEST = 16 << 20;

    /** After so long no job comes back that tells of a manifest once more, or that has yet to tell of a file. */
    private static final Duration MEMORY = Duration.ofDays(30);

    private final RedshiftSettings settings;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;
    private final StoreLocation location;
    private final ObjectStore store;

    private FileLoads(RedshiftSettings settings, StoreLocation location, ObjectStore store) {
        this.settings = settings;
        this.names = new WarehouseNames(settings.schema());
        this.dialect = settings.dialect();
        this.location = location;
        this.store = store;
    }

    static FileLoads open(RedshiftSettings settings) throws IOException {
        StoreLocation location = settings.loads().location();
        return new FileLoads(settings, location, location.open());
    }

    /** What COPY needs beside the landing. */
    static List<String> statements(WarehouseNames names, WarehouseDialect dialect) {
        List<String> statements =
                new ArrayList<>(SqlTemplate.of("loads.sql").in(names).statements(Map.of()));
        statements.add(Receive.ofFiles(names, dialect).create(dialect));
        return statements;
    }

    /** Until no manifest is left. */
    void take(Connection warehouse) throws SQLException, IOException {
        Set<String> told = new TreeSet<>(store.files(LoadSettings.MANIFESTS));
        if (told.isEmpty()) {
            return;
        }
        Set<String> loaded = loaded(warehouse, told);
        told.removeAll(loaded);
        // Here it was stopped before, or the job told of them again.
        for (String manifest : loaded) {
            discard(List.of(manifest), read(manifest).files().keySet());
        }
        Set<String> there = told.isEmpty()
                ? Set.of()
                : store.files(LoadSettings.RECORDS).stream()
                        .map(name -> LoadSettings.RECORDS + name)
                        .collect(Collectors.toSet());
        while (!told.isEmpty()) {
            Map<String, Long> files = new LinkedHashMap<>();
            List<String> manifests = next(told, files);
            told.removeAll(manifests);
            copy(warehouse, manifests, files, there);
        }
    }

    /** As many as one COPY takes, at least one. */
    private List<String> next(Set<String> told, Map<String, Long> files) throws IOException {
        List<String> manifests = new ArrayList<>();
        long bytes = 0;
        for (String manifest : told) {
            Map<String, Long> own = read(manifest).files();
            bytes += own.values().stream().mapToLong(Long::longValue).sum();
            if (!manifests.isEmpty() && (files.size() + own.size() > MOST_FILES || bytes > MOST_BYTES)) {
                break;
            }
            manifests.add(manifest);
            files.putAll(own);
        }
        return manifests;
    }

    private LoadManifest read(String manifest) throws IOException {
        String path = LoadSettings.MANIFESTS + manifest;
        byte[] json = store.find(path, LONGEST_MANIFEST);
        if (json == null) {
            // Another runner has taken it meanwhile.
            return new LoadManifest(Map.of());
        }
        try {
            return LoadManifest.parse(json, location.toString());
        } catch (IOException e) {
            throw new IOException(
                    store.name(path) + " is no manifest of files: " + e.getMessage()
                            + ". Take it away if it is not of the job",
                    e);
        }
    }

    /** Files that went, though nobody has copied them: it is said of the tables, and the others are copied. */
    private void miss(Connection warehouse, Map<String, Long> files, Set<String> there) throws SQLException {
        List<String> missing = new ArrayList<>();
        for (String path : List.copyOf(files.keySet())) {
            if (!there.contains(path)) {
                missing.add(path);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        files.keySet().removeAll(missing);
        LOG.error("Files went before they were copied: {}. All tables are marked to be filled again", missing);
        Transaction.execute(
                warehouse,
                List.of(LOST.in(names)
                        .statement(Map.of(
                                "reason",
                                dialect.literal("A file went before it was copied: " + store.name(missing.get(0))),
                                "receiver",
                                dialect.literal(Bookkeeping.RECEIVER)))));
    }

    private void copy(Connection warehouse, List<String> manifests, Map<String, Long> files, Set<String> there)
            throws SQLException, IOException {
        warehouse.setAutoCommit(false);
        try {
            Transaction.execute(warehouse, List.of("LOCK TABLE " + names.loads()));
            if (!loaded(warehouse, manifests).isEmpty()) {
                // By another runner: the next round looks again.
                warehouse.rollback();
                return;
            }
            Transaction.execute(warehouse, List.of(LOADED.in(names).statement(Map.of("manifests", rows(manifests)))));
            miss(warehouse, files, there);
            copy(warehouse, new LoadManifest(files));
            Transaction.execute(warehouse, List.of(Procedure.call(names.receiveFiles()), "DROP TABLE " + Copy.TABLE));
            warehouse.commit();
        } catch (SQLException | IOException | RuntimeException e) {
            warehouse.rollback();
            throw e;
        } finally {
            warehouse.setAutoCommit(true);
        }
        LOG.debug("Copied {} files of {} manifests", files.size(), manifests.size());
        discard(manifests, files.keySet());
    }

    /** Makes the table that the files are copied into, which the transaction's session alone sees; without files it is empty. */
    void copy(Connection warehouse, LoadManifest files) throws SQLException, IOException {
        Transaction.execute(
                warehouse, List.of("CREATE TEMP TABLE " + Copy.TABLE + " (payload " + dialect.superType() + ")"));
        if (files.files().isEmpty()) {
            return;
        }
        String manifest = COPIES + RecordFiles.name(Instant.now()) + ".json";
        store.put(manifest, files.json(location.toString()));
        try {
            dialect.copy(warehouse, Copy.statement(store.name(manifest), location, settings), store, location);
        } finally {
            store.delete(List.of(manifest));
        }
    }

    /** For rows that are copied by whoever writes them. */
    RecordFiles files(long size) {
        return new RecordFiles(store, size);
    }

    void forget(LoadManifest files) throws IOException {
        store.delete(files.files().keySet());
    }

    /** The manifest last: while it is there, what is left of its files is found again. */
    private void discard(List<String> manifests, Set<String> files) throws IOException {
        store.delete(files);
        store.delete(manifests.stream()
                .map(manifest -> LoadSettings.MANIFESTS + manifest)
                .collect(Collectors.toList()));
    }

    private Set<String> loaded(Connection warehouse, Iterable<String> manifests) throws SQLException {
        Set<String> loaded = new TreeSet<>();
        List<String> literals = new ArrayList<>();
        manifests.forEach(manifest -> literals.add(dialect.literal(manifest)));
        try (Statement statement = warehouse.createStatement();
                ResultSet rows = statement.executeQuery("SELECT manifest FROM " + names.loads() + " WHERE manifest IN ("
                        + String.join(", ", literals) + ")")) {
            while (rows.next()) {
                loaded.add(rows.getString(1));
            }
        }
        return loaded;
    }

    private String rows(List<String> manifests) {
        return manifests.stream()
                .map(manifest -> "SELECT " + dialect.literal(manifest) + " AS manifest")
                .collect(Collectors.joining(" UNION ALL "));
    }

    /** What is left of attempts of the job that failed, and what nobody asks for any more. */
    void clean(Connection warehouse) throws SQLException, IOException {
        Transaction.execute(
                warehouse,
                List.of("DELETE FROM " + names.loads() + " WHERE loaded_at < GETDATE() - INTERVAL '"
                        + MEMORY.toSeconds() + " seconds'"));
        Set<String> awaited = new HashSet<>();
        for (String manifest : store.files(LoadSettings.MANIFESTS)) {
            awaited.addAll(read(manifest).files().keySet());
        }
        String oldest = RecordFiles.name(Instant.now().minus(MEMORY));
        for (String folder : List.of(LoadSettings.RECORDS, COPIES)) {
            store.delete(store.files(folder).stream()
                    .filter(name -> name.compareTo(oldest) < 0)
                    .map(name -> folder + name)
                    .filter(path -> !awaited.contains(path))
                    .collect(Collectors.toList()));
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
