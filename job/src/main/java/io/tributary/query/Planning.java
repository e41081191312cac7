package io.tributary.query;

import io.tributary.change.Schema;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.table.api.Table;
import org.jspecify.annotations.Nullable;

/**
 * A file planned outside of any job, to find out which columns of its tables it reads, and what tells its plan apart.
 *
 * <p>A plan may rest on a column that it does not read: {@code WHERE status IS NOT NULL} is nothing where that cannot be NULL. So
 * it is planned a second time with nothing said of columns that are not read; if that is another plan, the first one stands.
 */
final class Planning {

    /** In the digest of a file that keeps nothing: one that comes to keep something is another one. */
    private static final String DIRECT = "\ndirect";

    /** In that of a file that forgets: state that has a time is no state that has none. How long makes no difference. */
    private static final String KEPT = "\nkept";

    /** In that of one whose operators sum changes up, which have another state. */
    private static final String BATCHED = "\nbatched";

    /** In that of one whose rows are replaced: of another one's rows there may be several of a key. */
    private static final String REPLACED = "\nreplaced";

    private final List<Scan> scans;
    private final String text;
    private final Way way;

    private Planning(List<Scan> scans, String text, Way way) {
        this.scans = scans;
        this.text = text;
        this.way = way;
    }

    /**
     * The file with what it reads and a digest; whatever the planner cannot do is thrown.
     *
     * @param isRead whether other files read what it makes: they are filled from its state, so it needs one
     */
    static Stage of(Stage stage, boolean isRead, Collection<Lookup> lookups, Functions functions) {
        Planning first = plan(stage, lookups, functions);
        Set<String> read = first.columnsRead();
        Stage least = stage.requiring((table, column) -> read.contains(table + "." + column));
        if (least.required().equals(stage.required())) {
            return first.digested(stage, isRead, functions);
        }
        Planning second = planIfPossible(least, lookups, functions);
        return second != null && second.text.equals(first.text)
                ? second.digested(least, isRead, functions)
                : first.digested(stage, isRead, functions);
    }

    private static @Nullable Planning planIfPossible(Stage stage, Collection<Lookup> lookups, Functions functions) {
        try {
            return plan(stage, lookups, functions);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            return null;
        }
    }

    private static Planning plan(Stage stage, Collection<Lookup> lookups, Functions functions) {
        SqlSession session = SqlSession.dry(stage.inputs(), lookups, functions);
        Table rows = stage.rows(session);
        Transformation<?> made = session.attach(stage.table(), rows).getTransformation();
        Map<String, Scan> scans = new TreeMap<>();
        session.scans().values().forEach(scan -> scans.put(scan.tag().getId(), scan));
        return new Planning(
                List.copyOf(scans.values()),
                PlannedUids.digest(made, session.scans()) + "\n" + OutputShape.neverNull(rows),
                way(stage, made, session, rows));
    }

    private static Way way(Stage stage, Transformation<?> made, SqlSession session, Table rows) {
        if (RowPlan.of(made, session.scans()) != null) {
            return keepsKey(stage, session, rows) ? Way.DIRECT : Way.SETTLED;
        }
        GroupPlan groups = GroupPlan.of(made, session.scans());
        if (groups == null || stage.file().keep() != null) {
            return Way.SETTLED;
        }
        return groups.isLastSure() && session.keepsKey(stage.output(), rows) ? Way.REPLACED : Way.BATCHED;
    }

    /** Whether the key of what it makes is that of the one table that it reads. */
    private static boolean keepsKey(Stage stage, SqlSession session, Table rows) {
        List<Schema> sources = stage.sourceShapes();
        return stage.filesRead().isEmpty()
                && sources.size() == 1
                && sources.get(0).key().length == stage.output().key().length
                && session.keepsKey(stage.output(), rows);
    }

    private Set<String> columnsRead() {
        Set<String> read = new HashSet<>();
        for (Scan scan : scans) {
            scan.read().columns().forEach(column -> read.add(scan.table().table() + "." + column.name()));
        }
        return read;
    }

    private Stage digested(Stage stage, boolean isRead, Functions functions) {
        Way last = way == Way.DIRECT && isRead ? Way.SETTLED : way;
        Set<String> unread = stage.required();
        unread.removeAll(columnsRead());
        return stage.planned(
                scans,
                Digest.of(text + "\n" + unread + "\n" + stage.asInput().label() + "\n" + functions.called(stage.file())
                        + inDigest(last, stage.file())),
                last);
    }

    private static String inDigest(Way way, SqlFile file) {
        switch (way) {
            case DIRECT:
                return DIRECT;
            case BATCHED:
                return BATCHED;
            case REPLACED:
                return REPLACED;
            case SETTLED:
                return file.keep() == null ? "" : KEPT;
        }
        throw new IllegalStateException("There is no way " + way);
    }
}
