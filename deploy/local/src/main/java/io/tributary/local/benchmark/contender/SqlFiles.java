package io.tributary.local.benchmark.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** SQL files over several tables of items, as a project has them that has grown; what they say, PostgreSQL understands, too. */
public record SqlFiles(Map<String, String> selects) {

    private static final int BY_ROW = 5;
    private static final int JOINS = 10;
    private static final int SUMS_OF_JOINS = 10;

    /** 25 of them: 5 compute row by row, 10 join two tables, 10 sum up what they join. */
    public static SqlFiles over(List<String> tables) {
        Map<String, String> selects = new LinkedHashMap<>();
        for (int i = 0; i < BY_ROW + JOINS + SUMS_OF_JOINS; i++) {
            String first = tables.get(i % tables.size());
            String second = tables.get((i + 1 + i / tables.size()) % tables.size());
            if (i < BY_ROW) {
                selects.put("file_" + i, """
                        SELECT id, UPPER(name) AS name, amount, touched FROM %s AS a WHERE touched >= 0
                        """.formatted(first));
            } else if (i < BY_ROW + JOINS) {
                selects.put("file_" + i, """
                        SELECT a.id, a.name, a.amount, a.touched, b.note
                        FROM %s AS a LEFT JOIN %s AS b ON b.id = a.customer
                        """.formatted(first, second));
            } else {
                selects.put("file_" + i, """
                        SELECT a.customer AS id, COUNT(*) AS items, SUM(b.amount) AS amount, SUM(a.touched) AS touched
                        FROM %s AS a JOIN %s AS b ON b.id = a.id
                        GROUP BY a.customer
                        """.formatted(first, second));
            }
        }
        return new SqlFiles(selects);
    }

    /** The settings by which a job has them, once they are written into the folder. */
    public String write(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, String> file : selects.entrySet()) {
            Files.writeString(
                    folder.resolve(file.getKey() + ".sql"),
                    "-- What is there of " + file.getKey() + "?\n-- key: id\n" + file.getValue());
        }
        return "sql.directory: \"" + folder + "\"\n";
    }

    /** What they make. */
    public List<String> tables() {
        return List.copyOf(selects.keySet());
    }

    /** What their tables have to add up to. */
    public Checksum expected(Items items) throws SQLException {
        Checksum sum = Checksum.NONE;
        for (String select : selects.values()) {
            sum = sum.plus(items.checksum("(" + select + ")"));
        }
        return sum;
    }
}
