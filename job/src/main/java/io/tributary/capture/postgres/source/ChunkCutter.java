package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.Treatment;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.JobEnd;
import io.tributary.capture.postgres.server.Server;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a table into chunks: ranges of its pages where the server can read those without reading the rest (version 14,
 * ordinary heap tables), else ranges of its key, whose bounds come from a sample. A partitioned table is cut partition by
 * partition, or as a whole where the user may read the table only.
 *
 * <p>How many rows there are is known from the last ANALYZE only; chunks are about as large as asked for.
 */
final class ChunkCutter {

    private static final int RANGE_SCANS = 140_000;
    private static final long ROWS_A_PAGE = 60;
    private static final int SAMPLED_ROWS_A_CHUNK = 30;
    private static final int SAMPLED_PAGES_A_CHUNK = 4;

    private static final String RELATIONS = Sql.statement(ChunkCutter.class, "relations.sql");
    private static final String KEY_BOUNDS = Sql.statement(ChunkCutter.class, "key_bounds.sql");

    private final Server server;
    private final String tablesSetting;
    private final long chunkRows;
    private final boolean readsPageRanges;

    /**
     * @param tablesSetting the key of the setting that names the tables
     */
    ChunkCutter(Server server, String tablesSetting, long chunkRows) throws SQLException {
        this(server, tablesSetting, chunkRows, server.version() >= RANGE_SCANS);
    }

    ChunkCutter(Server server, String tablesSetting, long chunkRows, boolean readsPageRanges) {
        this.server = server;
        this.tablesSetting = tablesSetting;
        this.chunkRows = chunkRows;
        this.readsPageRanges = readsPageRanges;
    }

    /**
     * @param start the position from which on the slot has the changes of the table
     * @param only the relation to cut; all of the table if null
     */
    List<Chunk> cut(PostgresTable table, long start, @Nullable Long only) throws SQLException {
        List<Chunk> chunks = new ArrayList<>();
        for (Relation relation : relations(table)) {
            if (only != null && only != relation.oid) {
                continue;
            }
            List<String> conditions = conditions(relation, table);
            for (String condition : conditions) {
                chunks.add(Chunk.of(
                        start,
                        table.toString(),
                        relation.oid,
                        relation.name,
                        relation.file,
                        condition,
                        relation.rows / conditions.size()));
            }
        }
        return chunks;
    }

    private List<Relation> relations(PostgresTable table) throws SQLException {
        String root = server.find("SELECT to_regclass(?)::oid::int8", table.quoted());
        if (root == null) {
            throw JobEnd.because("Table " + table + " is gone, and its snapshot is not complete: take it out of "
                    + tablesSetting + " and start the job again");
        }
        List<Relation> relations = server.rows(RELATIONS, table.quoted()).stream()
                .map(Relation::new)
                .collect(Collectors.toList());
        boolean mayRead = relations.stream().allMatch(relation -> relation.mayRead);
        return mayRead ? relations : List.of(new Relation(Long.parseLong(root), table.quoted(), relations));
    }

    private List<String> conditions(Relation relation, PostgresTable table) throws SQLException {
        if (relation.rows <= chunkRows || relation.pages == 0) {
            return List.of("");
        }
        if (relation.isHeap && readsPageRanges) {
            return pageRanges(relation);
        }
        List<String> key = table.key();
        // The bounds of ranges are values of the key, and stand in the state.
        boolean mayBeKept =
                key != null && key.stream().allMatch(column -> table.rules().of(column) == Treatment.KEPT);
        return (relation.isHeap || relation.isRoot) && key != null && mayBeKept
                ? keyRanges(relation, key)
                : List.of("");
    }

    /** The last range is open: it has the pages that are added meanwhile. */
    private List<String> pageRanges(Relation relation) {
        long pages = Math.max(1, relation.pages * chunkRows / relation.rows);
        List<String> ranges = new ArrayList<>();
        for (long page = 0; page < relation.pages; page += pages) {
            boolean last = page + pages >= relation.pages;
            ranges.add(between("ctid", page == 0 ? null : firstOf(page), last ? null : firstOf(page + pages)));
        }
        return ranges;
    }

    private static String firstOf(long page) {
        return Sql.literal("(" + page + ",0)") + "::tid";
    }

    /** The last range is open too, and has the rows whose key is NULL somewhere, if there are any; the others have none. */
    private List<String> keyRanges(Relation relation, List<String> key) throws SQLException {
        List<String> columns = key.stream().map(Sql::identifier).collect(Collectors.toList());
        String list = String.join(", ", columns);
        long chunks = (relation.rows + chunkRows - 1) / chunkRows;
        // Whole pages are sampled, so there have to be some in any case.
        double sampled = Math.max(
                (double) chunks * SAMPLED_ROWS_A_CHUNK / relation.rows,
                (double) chunks * SAMPLED_PAGES_A_CHUNK / relation.pages);
        double percent = Math.min(100.0, 100.0 * sampled);
        String bound = columns.stream()
                .map(column -> "quote_literal(" + column + "::text)")
                .collect(Collectors.joining(" || ', ' || ", "'(' || ", " || ')'"));
        List<String> bounds = server.texts(Sql.fill(
                KEY_BOUNDS,
                Map.of(
                        "bound", bound,
                        "chunks", String.valueOf(chunks),
                        "relation", relation.from(),
                        "percent", String.valueOf(percent),
                        "key", list)));
        if (bounds.isEmpty()) {
            return List.of("");
        }
        List<String> ranges = ranges("(" + list + ")", bounds);
        String isNull = columns.stream().map(column -> column + " IS NULL").collect(Collectors.joining(" OR "));
        int last = ranges.size() - 1;
        for (int i = 0; i < last; i++) {
            ranges.set(i, ranges.get(i) + " AND NOT (" + isNull + ")");
        }
        ranges.set(last, ranges.get(last) + " OR " + isNull);
        return ranges;
    }

    private static List<String> ranges(String key, List<String> bounds) {
        List<String> ranges = new ArrayList<>();
        for (int i = 0; i <= bounds.size(); i++) {
            ranges.add(between(key, i == 0 ? null : bounds.get(i - 1), i == bounds.size() ? null : bounds.get(i)));
        }
        return ranges;
    }

    private static String between(String what, @Nullable String from, @Nullable String to) {
        String lower = from == null ? "" : what + " >= " + from;
        String upper = to == null ? "" : what + " < " + to;
        return lower + (from == null || to == null ? "" : " AND ") + upper;
    }

    private static final class Relation {
        private final long oid;
        private final String name;
        private final long file;
        private final boolean isRoot;
        private final boolean isHeap;
        private final long pages;
        private final long rows;
        private final boolean mayRead;

        private Relation(List<@Nullable String> row) {
            oid = number(row, 0);
            name = requireNonNull(row.get(1));
            file = number(row, 2);
            isRoot = false;
            isHeap = "t".equals(row.get(3));
            pages = number(row, 4);
            long analyzedPages = number(row, 5);
            long analyzedRows = number(row, 6);
            boolean analyzed = analyzedPages > 0 && analyzedRows > 0;
            rows = analyzed ? Math.max(1, pages * analyzedRows / analyzedPages) : pages * ROWS_A_PAGE;
            mayRead = "t".equals(row.get(7));
        }

        private static long number(List<@Nullable String> row, int column) {
            return Long.parseLong(requireNonNull(row.get(column)));
        }

        /** The partitioned table, which has no file of its own. */
        private Relation(long oid, String name, List<Relation> partitions) {
            this.oid = oid;
            this.name = name;
            file = 0;
            isRoot = true;
            isHeap = false;
            pages = partitions.stream().mapToLong(partition -> partition.pages).sum();
            rows = partitions.stream().mapToLong(partition -> partition.rows).sum();
            mayRead = true;
        }

        private String from() {
            return (isRoot ? "" : "ONLY ") + name;
        }
    }
}
