package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.before;
import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.AsyncScalarFunction;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.TableFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that an expression of a SQL file has no value for, in a real Flink. */
@Tag("slow")
final class BadValuesTest {

    private static final Schema EVENTS =
            Rows.table("events", "id", "id BIGINT NOT NULL", "team BIGINT", "n INT", "note STRING");
    private static final Schema TEAMS = Rows.table("teams", "id", "id BIGINT NOT NULL", "m INT");
    private static final Map<String, Schema> TABLES = Map.of("events", EVENTS, "teams", TEAMS);

    @TempDir
    private Path temporary;

    private Path sql;

    @BeforeEach
    void makeTheFolder() throws IOException {
        sql = Files.createDirectory(temporary.resolve("sql"));
    }

    @Test
    void aRowThatCannotBeComputedIsADeadLetterAndNothingElseStops() throws Exception {
        write("share", "id", "SELECT id, 100 / n AS share FROM events");
        write("untouched", "id", "SELECT id, n FROM events");
        try (SqlJob job = start()) {
            job.send(List.of(insert(EVENTS, "1|7|0|x"), insert(EVENTS, "2|7|4|y")))
                    .await(target -> target.rows("share").equals(List.of("2|25"))
                            && target.rows("untouched").equals(List.of("1|0", "2|4")));
            assertThat(letters(job, 1))
                    .containsExactly("share: sql/share.sql cannot compute this row: division by zero, in"
                            + " Calc(select=[id, (100 / n) AS share]). The table goes without it until its values can"
                            + " be computed, or the file is changed so that it can: with TRY_CAST, NULLIF or CASE"
                            + " {\"id\":1,\"n\":0}");

            job.send(List.of(before(EVENTS, "1|7|0|x"), after(EVENTS, "1|7|5|x")))
                    .await(target -> target.rows("share").equals(List.of("1|20", "2|25")));
            job.send(List.of(before(EVENTS, "1|7|5|x"), after(EVENTS, "1|7|0|z")))
                    .await(target -> target.rows("share").equals(List.of("2|25")));
            job.send(List.of(before(EVENTS, "1|7|0|z"), after(EVENTS, "1|8|0|zz")));
            job.send(List.of(delete(EVENTS, "1|8|0|zz"), delete(EVENTS, "2|7|4|y")))
                    .await(target -> target.rows("share").isEmpty()
                            && target.rows("untouched").isEmpty());

            assertThat(letters(job, 2)).as("none of a change of other columns").hasSize(2);
            assertThat(job.entries())
                    .filteredOn(entry -> entry.table().equals("share"))
                    .extracting(Rows::text)
                    .containsExactlyInAnyOrder("+I 2|25", "+I 1|20", "-D 1|20", "-D 2|25");
        }
    }

    /** In front of a join and behind one, in an argument of an aggregate, in a filter: against what each should be. */
    @Test
    void whateverComesTheRestIsExact() throws Exception {
        write("share", "id", "SELECT id, 100 / n AS share FROM events");
        write(
                "before_join",
                "id",
                "SELECT e.id, t.m FROM (SELECT id, 6 / n AS team FROM events) e LEFT JOIN teams t ON t.id = e.team");
        write("behind_join", "id", "SELECT e.id, 100 / (e.n - t.m) AS r FROM events e JOIN teams t ON t.id = e.team");
        write(
                "totals",
                "team",
                "SELECT COALESCE(team, 0) AS team, SUM(100 / n) AS total, COUNT(*) AS events FROM events GROUP BY COALESCE(team, 0)");
        String compared = " teams t ON t.id = e.team AND 100 / (e.n - t.m) > 40";
        write("joined", "id", "SELECT e.id, t.m FROM events e JOIN" + compared);
        write("left_joined", "id", "SELECT e.id, t.m FROM events e LEFT JOIN" + compared);
        write(
                "alone",
                "id",
                "SELECT e.id FROM events e WHERE NOT EXISTS (SELECT * FROM" + compared.replace("ON", "WHERE") + ")");
        write("kept", "id", "SELECT id FROM events WHERE 100 / n > 30");
        write("untouched", "id", "SELECT id, n FROM events");
        long seed = System.nanoTime();
        History history = new History(new Random(seed));
        List<ChangelogRow> changes = history.changes(300);
        try (SqlJob job = start()) {
            // Rows and dead letters go different ways.
            job.send(changes)
                    .await(target -> history.isReached(target)
                            && job.letters().stream()
                                            .filter(letter -> "share".equals(letter.table()))
                                            .count()
                                    >= history.lettersOfShare);
            List<Rejected> letters = job.letters();
            assertThat(letters)
                    .as("seed %d", seed)
                    .isNotEmpty()
                    .allMatch(letter -> letter.reason().contains("division by zero"));
            assertThat(letters)
                    .filteredOn(letter -> "share".equals(letter.table()))
                    .hasSize(history.lettersOfShare);
        }
    }

    @Test
    void aFunctionThatThrowsAndACastThatFailsAreTheSame() throws Exception {
        write("checked", "id", "SELECT id, strict(note) AS note FROM events");
        write("numbers", "id", "SELECT id, CAST(note AS INT) AS number FROM events");
        write(
                "words",
                "id, word",
                "SELECT e.id, COALESCE(w.word, '') AS word FROM events e, LATERAL TABLE(split(e.note)) AS w (word)");
        try (SqlJob job =
                start("sql.functions.strict", Strict.class.getName(), "sql.functions.split", Split.class.getName())) {
            job.send(List.of(
                            insert(EVENTS, "1|7|0|12"),
                            insert(EVENTS, "2|7|0|99999999999"),
                            insert(EVENTS, "3|7|0|a b bad")))
                    .await(target -> target.rows("checked").equals(List.of("1|12", "2|99999999999"))
                            && target.rows("numbers").equals(List.of("1|12"))
                            && target.rows("words").equals(List.of("1|12", "2|99999999999")));
            job.send(List.of(before(EVENTS, "3|7|0|a b bad"), after(EVENTS, "3|7|0|a b")))
                    .await(target -> target.rows("words").equals(List.of("1|12", "2|99999999999", "3|a", "3|b"))
                            && target.rows("checked").equals(List.of("1|12", "2|99999999999", "3|a b")));
            job.send(List.of(before(EVENTS, "3|7|0|a b"), after(EVENTS, "3|7|0|c bad")))
                    .await(target -> target.rows("words").equals(List.of("1|12", "2|99999999999"))
                            && target.rows("checked").equals(List.of("1|12", "2|99999999999")));
            assertThat(letters(job, 8).stream()
                            .map(letter -> letter.replaceAll(
                                    "sql/\\w+.sql cannot compute this row: | The table goes.*CASE|\"team\":7,\"n\":0,",
                                    "")))
                    .containsExactlyInAnyOrder(
                            "checked: IllegalStateException: I do not take a b bad, in Calc(select=[id, strict(note) AS"
                                    + " note]). {\"id\":3,\"note\":\"a b bad\"}",
                            "checked: IllegalStateException: I do not take c bad, in Calc(select=[id, strict(note) AS"
                                    + " note]). {\"id\":3,\"note\":\"c bad\"}",
                            "words: IllegalArgumentException: A bad word, in"
                                    + " Correlate(invocation=[split($cor0.note)]). {\"id\":3,\"note\":\"a b bad\"}",
                            "words: IllegalArgumentException: A bad word, in"
                                    + " Correlate(invocation=[split($cor0.note)]). {\"id\":3,\"note\":\"c bad\"}",
                            number("2", "99999999999", "Overflow"),
                            number("3", "a b bad", "Invalid character found"),
                            number("3", "a b", "Invalid character found"),
                            number("3", "c bad", "Invalid character found"));
        }
    }

    @Test
    void anAsynchronousFunctionThatThrowsIsTheSame() throws Exception {
        write("answered", "id", "SELECT id, ask(note) AS note FROM events WHERE n > 0");
        write("untouched", "id", "SELECT id, n FROM events");
        try (SqlJob job = start("sql.functions.ask", Ask.class.getName())) {
            job.send(List.of(insert(EVENTS, "1|7|1|good"), insert(EVENTS, "2|7|1|bad"), insert(EVENTS, "3|7|1|worse")))
                    .await(target -> target.rows("answered").equals(List.of("1|good!"))
                            && target.rows("untouched").equals(List.of("1|1", "2|1", "3|1")));
            job.send(List.of(after(EVENTS, "1|7|1|bad"), after(EVENTS, "2|7|1|better"), delete(EVENTS, "3|7|1|worse")))
                    .await(target -> target.rows("answered").equals(List.of("2|better!"))
                            && target.rows("untouched").equals(List.of("1|1", "2|1")));
            assertThat(letters(job, 5).stream()
                            .filter(letter -> letter.contains("IllegalStateException: I do not answer bad")
                                    || letter.contains("IllegalArgumentException: Nor worse")))
                    .hasSize(5);
        }
    }

    @Test
    void twoRowsThatCannotBeComparedAreNotJoined() throws Exception {
        write(
                "joined",
                "id",
                "SELECT e.id, t.m FROM events e LEFT JOIN teams t ON t.id = e.team AND 100 / (e.n - t.m) > 0");
        String savepoint;
        List<ChangelogRow> earlier;
        try (SqlJob job = start()) {
            job.send(List.of(insert(TEAMS, "7|3"), insert(EVENTS, "1|7|3|x"), insert(EVENTS, "2|7|5|y")))
                    .await(target -> target.rows("joined").equals(List.of("1|-", "2|3")));
            assertThat(letters(job, 1))
                    .containsExactly("joined: sql/joined.sql cannot compare these two rows: division by zero, in"
                            + " Join(joinType=[LeftOuterJoin], where=[((id0 = team) AND ((100 / (n - m)) > 0))])."
                            + " They count as not matching until their values can be compared, or the file is changed"
                            + " so that they can: with TRY_CAST, NULLIF or CASE"
                            + " {\"left\":{\"id\":1,\"team\":7,\"n\":3},\"right\":{\"id\":7,\"m\":3}}");
            savepoint = job.stopWithSavepoint(temporary);
            earlier = job.entries();
        }
        try (SqlJob job = SqlJob.resume(Map.of("sql.directory", sql.toString()), TABLES, savepoint)) {
            job.send(List.of(before(TEAMS, "7|3"), after(TEAMS, "7|2")))
                    .awaitAfter(earlier, target -> target.rows("joined").equals(List.of("1|2", "2|2")));
            job.send(List.of(before(TEAMS, "7|2"), after(TEAMS, "7|5")))
                    .awaitAfter(earlier, target -> target.rows("joined").equals(List.of("1|-", "2|-")));
            job.send(List.of(delete(TEAMS, "7|5"), delete(EVENTS, "2|7|5|y")))
                    .awaitAfter(earlier, target -> target.rows("joined").equals(List.of("1|-")));
            assertThat(letters(job, 1)).hasSize(1);
        }
    }

    @Test
    void anAggregateFunctionThatThrowsSetsItsFileAsideUntilItIsMended() throws Exception {
        Map<String, String> settings =
                Map.of("sql.directory", sql.toString(), "sql.functions.total", Total.class.getName());
        write(
                "totals",
                "team",
                "SELECT COALESCE(team, 0) AS team, total(note) AS total FROM events GROUP BY COALESCE(team, 0)");
        write("untouched", "id", "SELECT id, note FROM events");
        String savepoint;
        List<ChangelogRow> earlier;
        try (SqlJob job = SqlJob.start(settings, TABLES)) {
            job.send(List.of(insert(EVENTS, "1|7|0|10"), insert(EVENTS, "2|8|0|20")))
                    .await(target -> target.rows("totals").equals(List.of("7|10", "8|20")));
            job.send(List.of(insert(EVENTS, "3|8|0|many")));
            assertThat(letters(job, 1))
                    .containsExactly("totals: sql/totals.sql is set aside: NumberFormatException: For input string:"
                            + " \"many\", in GroupAggregate(groupBy=[team], select=[team, total(note) AS total]), at this"
                            + " row. Its table stays as it is. Change the file, or the function, so that it can be"
                            + " computed, and start the job again from its last checkpoint: then the table is made anew"
                            + " {\"team\":8,\"note\":\"many\"}");
            job.send(List.of(insert(EVENTS, "4|8|0|1"), insert(EVENTS, "5|8|0|more")))
                    .await(target ->
                            target.rows("untouched").equals(List.of("1|10", "2|20", "3|many", "4|1", "5|more")));
            savepoint = job.stopWithSavepoint(temporary);
            earlier = job.entries();
            assertThat(job.target().rows("totals")).containsExactly("7|10", "8|20");
            assertThat(job.letters()).hasSize(1);
        }
        try (SqlJob job = SqlJob.resume(settings, TABLES, savepoint)) {
            job.send(List.of(insert(EVENTS, "6|7|0|2"), insert(EVENTS, "7|7|0|more")))
                    .awaitAfter(earlier, target -> target.rows("untouched").size() == 7);
            savepoint = job.stopWithSavepoint(temporary);
            earlier.addAll(job.entries());
            assertThat(job.entries()).extracting(ChangelogRow::table).containsOnly("untouched");
            assertThat(job.letters()).isEmpty();
        }
        write(
                "totals",
                "team",
                "SELECT COALESCE(team, 0) AS team, total(note) AS total FROM events WHERE note NOT IN ('many', 'more') GROUP BY COALESCE(team, 0)");
        try (SqlJob job = SqlJob.resume(settings, TABLES, savepoint)) {
            job.awaitAfter(earlier, target -> target.rows("totals").equals(List.of("7|12", "8|21")));
            job.send(List.of(insert(EVENTS, "8|8|0|3")));
            job.awaitAfter(earlier, target -> target.rows("totals").equals(List.of("7|12", "8|24")));
        }
    }

    @Test
    void aTableThatAFileCannotFollowSetsTheFileAsideUntilItIsPlannedAnew() throws Exception {
        Schema wider = Rows.table("events", "id", "id BIGINT NOT NULL", "team BIGINT", "n BIGINT", "note STRING");
        Map<String, String> settings = Map.of("sql.directory", sql.toString());
        write("doubled", "id", "SELECT id, CAST(n AS BIGINT) * 2 AS n FROM events");
        write("reader", "id", "SELECT id, n FROM doubled");
        write("untouched", "id", "SELECT id, m FROM teams");
        String savepoint;
        List<ChangelogRow> earlier;
        try (SqlJob job = SqlJob.start(settings, TABLES)) {
            job.send(List.of(insert(EVENTS, "1|7|4|x")))
                    .await(target -> target.rows("doubled").equals(List.of("1|8"))
                            && target.rows("reader").equals(List.of("1|8")));
            job.send(List.of(insert(wider, "2|7|5000000000|x")));
            assertThat(letters(job, 1))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "doubled: sql/doubled.sql is set aside, and its table stays as it is. Column n INT of table"
                                    + " events is now n BIGINT, and the SQL was planned before that. Start the job again from");
            job.send(List.of(insert(TEAMS, "7|1")))
                    .await(target -> target.rows("untouched").equals(List.of("7|1")));
            savepoint = job.stopWithSavepoint(temporary);
            earlier = job.entries();
            assertThat(job.target().rows("doubled")).containsExactly("1|8");
        }
        try (SqlJob job = SqlJob.resume(settings, Map.of("events", wider, "teams", TEAMS), savepoint)) {
            job.awaitAfter(
                    earlier,
                    target -> target.rows("doubled").equals(List.of("1|8", "2|10000000000"))
                            && target.rows("reader").equals(List.of("1|8", "2|10000000000")));
        }
    }

    private static String number(String id, String note, String why) {
        return "numbers: NumberFormatException: For input string: '" + note + "'. " + why
                + "., in Calc(select=[id, CAST(note AS INTEGER) AS number]). {\"id\":" + id + ",\"note\":\"" + note
                + "\"}";
    }

    private static List<String> letters(SqlJob job, int count) throws InterruptedException {
        while (job.letters().size() < count) {
            Thread.sleep(5);
        }
        return job.letters().stream()
                .map(letter -> letter.table() + ": " + letter.reason() + " "
                        + new String(letter.raw(), StandardCharsets.UTF_8))
                .toList();
    }

    private void write(String table, String key, String select) throws IOException {
        Files.writeString(sql.resolve(table + ".sql"), "-- key: " + key + "\n" + select);
    }

    private SqlJob start(String... settings) throws Exception {
        Map<String, String> all = new TreeMap<>(Map.of("sql.directory", sql.toString()));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return SqlJob.start(all, TABLES);
    }

    /** Throws where a text has the word bad in it. */
    public static final class Strict extends ScalarFunction {
        private static final long serialVersionUID = 1L;

        public @Nullable String eval(@Nullable String text) {
            if (text != null && text.contains("bad")) {
                throw new IllegalStateException("I do not take " + text);
            }
            return text;
        }
    }

    /** The words of a text, until one of them is bad. */
    /** Answers at once, on a thread of its own, or not at all. */
    public static final class Ask extends AsyncScalarFunction {
        private static final long serialVersionUID = 1L;

        public void eval(CompletableFuture<@Nullable String> answer, String text) {
            if (text.equals("worse")) {
                throw new IllegalArgumentException("Nor worse");
            }
            CompletableFuture.runAsync(() -> {
                if (text.equals("bad")) {
                    answer.completeExceptionally(new IllegalStateException("I do not answer bad"));
                } else {
                    answer.complete(text + "!");
                }
            });
        }
    }

    public static final class Split extends TableFunction<String> {
        private static final long serialVersionUID = 1L;

        public void eval(String text) {
            for (String word : text.split(" ")) {
                if (word.equals("bad")) {
                    throw new IllegalArgumentException("A bad word");
                }
                collect(word);
            }
        }
    }

    /** The sum of texts that are numbers. */
    public static final class Total extends AggregateFunction<Long, Total.Sum> {
        private static final long serialVersionUID = 1L;

        /** So far. */
        public static final class Sum {
            public long sum;
        }

        @Override
        public Sum createAccumulator() {
            return new Sum();
        }

        @Override
        public Long getValue(Sum sum) {
            return sum.sum;
        }

        public void accumulate(Sum sum, String number) {
            sum.sum += Long.parseLong(number);
        }

        public void retract(Sum sum, String number) {
            sum.sum -= Long.parseLong(number);
        }
    }

    /** Random changes of both tables, and what the files should make of their end. */
    private static final class History {

        private record Event(long team, int n, int note) {
            String text(long id) {
                return id + "|" + team + "|" + n + "|" + note;
            }
        }

        private final Random random;
        private final TreeMap<Long, Event> events = new TreeMap<>();
        private final TreeMap<Long, Integer> teams = new TreeMap<>();
        private int lettersOfShare;

        History(Random random) {
            this.random = random;
        }

        List<ChangelogRow> changes(int count) {
            List<ChangelogRow> changes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                if (random.nextInt(4) == 0) {
                    changeTeam(changes);
                } else {
                    changeEvent(changes, i);
                }
            }
            return changes;
        }

        private void changeTeam(List<ChangelogRow> changes) {
            long id = random.nextInt(7);
            Integer m = random.nextInt(4) == 0 ? null : random.nextInt(4);
            Integer earlier = m == null ? teams.remove(id) : teams.put(id, m);
            add(changes, TEAMS, earlier == null ? null : id + "|" + earlier, m == null ? null : id + "|" + m);
        }

        private void changeEvent(List<ChangelogRow> changes, int note) {
            long id = random.nextInt(8);
            Event event = random.nextInt(4) == 0 ? null : new Event(random.nextInt(4), random.nextInt(4), note);
            Event earlier = event == null ? events.remove(id) : events.put(id, event);
            if (event != null && event.n == 0 && (earlier == null || earlier.n != 0)) {
                lettersOfShare++;
            }
            add(changes, EVENTS, earlier == null ? null : earlier.text(id), event == null ? null : event.text(id));
        }

        private static void add(
                List<ChangelogRow> changes, Schema schema, @Nullable String earlier, @Nullable String now) {
            if (earlier != null) {
                changes.add(now == null ? delete(schema, earlier) : before(schema, earlier));
            }
            if (now != null) {
                changes.add(earlier == null ? insert(schema, now) : after(schema, now));
            }
        }

        boolean isReached(MaterializedTable target) {
            return target.rows("share").equals(rows((id, e) -> e.n == 0 ? null : id + "|" + 100 / e.n))
                    && target.rows("before_join").equals(rows((id, e) -> e.n == 0 ? null : id + "|" + m(6L / e.n)))
                    && target.rows("behind_join").equals(rows((id, e) -> {
                        Integer m = teams.get(e.team);
                        return m == null || e.n == m ? null : id + "|" + 100 / (e.n - m);
                    }))
                    && target.rows("joined").equals(rows((id, e) -> matches(e) ? id + "|" + m(e.team) : null))
                    && target.rows("left_joined").equals(rows((id, e) -> id + "|" + (matches(e) ? m(e.team) : "-")))
                    && target.rows("alone").equals(rows((id, e) -> matches(e) ? null : "" + id))
                    && target.rows("totals").equals(totals())
                    && target.rows("kept").equals(rows((id, e) -> e.n != 0 && 100 / e.n > 30 ? "" + id : null))
                    && target.rows("untouched").equals(rows((id, e) -> id + "|" + e.n));
        }

        private boolean matches(Event e) {
            Integer m = teams.get(e.team);
            return m != null && e.n != m && 100 / (e.n - m) > 40;
        }

        private String m(long team) {
            Integer m = teams.get(team);
            return m == null ? "-" : m.toString();
        }

        private List<String> totals() {
            return Stream.of(0L, 1L, 2L, 3L)
                    .map(team -> {
                        List<Event> good = events.values().stream()
                                .filter(e -> e.team == team && e.n != 0)
                                .toList();
                        return good.isEmpty()
                                ? null
                                : team + "|"
                                        + good.stream().mapToInt(e -> 100 / e.n).sum() + "|" + good.size();
                    })
                    .filter(text -> text != null)
                    .toList();
        }

        private List<String> rows(java.util.function.BiFunction<Long, Event, @Nullable String> row) {
            return events.entrySet().stream()
                    .map(entry -> row.apply(entry.getKey(), entry.getValue()))
                    .filter(text -> text != null)
                    .toList();
        }
    }
}
