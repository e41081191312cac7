package io.tributary.sink.redshift;

import io.tributary.load.LoadManifest;
import io.tributary.store.ObjectStore;
import io.tributary.store.StoreLocation;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * COPY, where PostgreSQL stands in for Redshift: reads the statement that Redshift would be given, the manifest that it names and the
 * objects that are listed there, and inserts their lines. It knows one form of the statement and fails on all others.
 */
final class StandInCopy {

    private static final Pattern COPY = Pattern.compile(
            "COPY ([a-z_]+) FROM '([^']+)'\\s+IAM_ROLE (?:default|'[^']+')\\s+FORMAT JSON 'noshred'(.*)",
            Pattern.DOTALL);
    private static final Pattern OPTION = Pattern.compile("GZIP|MANIFEST|REGION '[a-z0-9-]+'");
    private static final Set<String> NEEDED = Set.of("GZIP", "MANIFEST");
    private static final int LONGEST_MANIFEST = 16 << 20;

    /** As Redshift has it. */
    private static final int LONGEST_LINE = 4 << 20;

    private static final int LINES_A_STATEMENT = 500;

    private StandInCopy() {}

    static void run(Connection connection, String sql, ObjectStore store, StoreLocation location)
            throws SQLException, IOException {
        Matcher copy = COPY.matcher(sql);
        if (!copy.matches()) {
            throw new SQLException("The stand-in does not know this form of COPY: " + sql);
        }
        checkOptions(copy.group(3), sql);
        String manifest = inside(copy.group(2), location);
        byte[] json = store.find(manifest, LONGEST_MANIFEST);
        if (json == null) {
            throw new SQLException("COPY: the manifest " + copy.group(2) + " does not exist");
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + copy.group(1) + " VALUES (JSON_PARSE(?))")) {
            for (Map.Entry<String, Long> file :
                    LoadManifest.parse(json, location.toString()).files().entrySet()) {
                copy(insert, store, file.getKey(), file.getValue());
            }
        }
    }

    private static void checkOptions(String options, String sql) throws SQLException {
        Set<String> given = new HashSet<>();
        Matcher option = OPTION.matcher(options);
        while (option.find()) {
            given.add(option.group());
        }
        Set<String> missing = new TreeSet<>(NEEDED);
        missing.removeAll(given);
        if (!OPTION.matcher(options).replaceAll("").isBlank() || !missing.isEmpty()) {
            throw new SQLException(
                    "The stand-in's COPY takes GZIP and MANIFEST, and REGION, and no other option: " + sql);
        }
    }

    private static String inside(String url, StoreLocation location) throws SQLException {
        if (!url.startsWith(location + "/")) {
            throw new SQLException("COPY: " + url + " is not in " + location);
        }
        return url.substring(location.toString().length() + 1);
    }

    private static void copy(PreparedStatement insert, ObjectStore store, String path, long length)
            throws SQLException, IOException {
        byte[] content;
        try (InputStream in = store.open(path)) {
            content = in.readAllBytes();
        }
        if (content.length != length) {
            throw new SQLException(
                    "COPY: " + store.name(path) + " has " + content.length + " bytes, and the manifest says " + length);
        }
        int lines = 0;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(new ByteArrayInputStream(content)), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.getBytes(StandardCharsets.UTF_8).length > LONGEST_LINE) {
                    throw new SQLException("COPY: line " + (lines + 1) + " of " + store.name(path) + " is too long");
                }
                insert.setString(1, line);
                insert.addBatch();
                if (++lines % LINES_A_STATEMENT == 0) {
                    insert.executeBatch();
                }
            }
        }
        insert.executeBatch();
    }
}
