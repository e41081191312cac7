package io.tributary.query;

import io.tributary.settings.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file of SQL: a header of {@code --} lines, then one SELECT. The file's base name is the table it makes.
 *
 * <p>The header names the key ({@code -- key: order_id, line}), may list the tables read ({@code -- inputs: a, b}), and
 * may say how long what it needs is kept ({@code -- keep: 30 days}), and otherwise says in words what the table answers. The whole text goes to Flink's parser, so that its lines are the
 * file's lines and comments and strings may hold anything.
 */
final class SqlFile {

    private static final Pattern TABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern ENTRY = Pattern.compile("--\\s*(key|inputs|keep)\\s*:(.*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern KEY = Pattern.compile("--\\s*key\\s*:", Pattern.CASE_INSENSITIVE);
    private static final Pattern WORD = Pattern.compile("[^,\\s](?:[^,]*[^,\\s])?");

    private static final Set<String> BEGINNINGS = Set.of("SELECT", "WITH", "VALUES");

    /** A name in the header and where it stands. */
    static final class Word {
        private final String name;
        private final int line;
        private final int column;

        Word(String name, int line, int column) {
            this.name = name;
            this.line = line;
            this.column = column;
        }

        String name() {
            return name;
        }
    }

    private final String path;
    private final String table;
    private final String text;
    private final List<Word> key;
    private final List<Word> inputs;
    private final @Nullable Keep keep;
    private final int start;

    private SqlFile(
            String path, String table, String text, List<Word> key, List<Word> inputs, @Nullable Keep keep, int start) {
        this.path = path;
        this.table = table;
        this.text = text;
        this.key = key;
        this.inputs = inputs;
        this.keep = keep;
        this.start = start;
    }

    /**
     * Null, and problems, if the header or the name is wrong.
     *
     * @param path how messages call the file, as {@code sql/orders.sql}
     */
    static @Nullable SqlFile parse(String path, String text, Problems problems) {
        int before = problems.sentences().size();
        String table = path.substring(path.lastIndexOf('/') + 1, path.length() - ".sql".length());
        if (!TABLE.matcher(table).matches()) {
            problems.add(path + ": the file's name becomes the table's: use letters, digits and _ only");
        }
        List<Word> key = new ArrayList<>();
        List<Word> inputs = new ArrayList<>();
        Keep keep = null;
        SqlTokens tokens = SqlTokens.of(text);
        SqlTokens.Token first = tokens.at(0);
        String header = first == null ? text : text.substring(0, first.start());
        String[] lines = header.split("\n", -1);
        for (int line = 0; line < lines.length; line++) {
            Matcher entry = ENTRY.matcher(lines[line]);
            boolean isEntry = entry.find();
            if (isEntry && entry.group(1).equalsIgnoreCase(Keep.WORD)) {
                keep = Keep.of(path, entry, line + 1, keep, problems);
            } else if (isEntry) {
                boolean isKey = entry.group(1).toLowerCase(Locale.ROOT).equals("key");
                addWords(path, entry, line + 1, isKey ? key : inputs, problems);
            }
        }
        Keep.checkPlace(path, text, lines.length, problems);
        SqlFile file = new SqlFile(
                path, table, text, List.copyOf(key), List.copyOf(inputs), keep, first == null ? 0 : first.start());
        file.checkStatement(tokens, problems);
        if (key.isEmpty()) {
            problems.add(path + ":1:1: the header names no key; "
                    + (KEY.matcher(text).find()
                            ? "move the line '-- key:' to before the SELECT"
                            : "begin the file with a line as '-- key: id'"));
        }
        return problems.sentences().size() == before ? file : null;
    }

    /** Whether it is a SELECT at all, and the only one: all else is the planner's to say. */
    private void checkStatement(SqlTokens tokens, Problems problems) {
        SqlTokens.Token first = tokens.at(0);
        if (first == null || first.is(";")) {
            problems.add(atOffset(first == null ? text.length() : first.start()) + "there is no SELECT");
            return;
        }
        if (first.text().matches("[A-Za-z]+") && !first.isOneOf(BEGINNINGS)) {
            problems.add(atStatement() + "a file holds one SELECT, whose rows the job writes to the table named as the"
                    + " file; it cannot begin with " + first.text());
            return;
        }
        for (int i = 1; i < tokens.count(); i++) {
            SqlTokens.Token token = tokens.at(i);
            SqlTokens.Token before = tokens.at(i - 1);
            if (before != null && token != null && before.is(";") && !token.is(";")) {
                problems.add(atOffset(token.start())
                        + "a file holds one SELECT, and another statement begins here; give it a file of its own");
                return;
            }
        }
    }

    private static void addWords(String path, Matcher entry, int line, List<Word> words, Problems problems) {
        if (!words.isEmpty()) {
            problems.add(path + ":" + line + ":1: the header says '" + entry.group(1) + ":' twice; keep one");
            return;
        }
        Set<String> seen = new HashSet<>();
        Matcher word = WORD.matcher(entry.group(2));
        while (word.find()) {
            int column = entry.start(2) + word.start() + 1;
            String name = word.group().replaceFirst("^`(.*)`$", "$1");
            if (!seen.add(name)) {
                problems.add(path + ":" + line + ":" + column + ": " + name + " is named twice");
            }
            words.add(new Word(name, line, column));
        }
    }

    String table() {
        return table;
    }

    String text() {
        return text;
    }

    List<Word> key() {
        return key;
    }

    List<Word> inputs() {
        return inputs;
    }

    /** How long what it needs is kept; null for ever. */
    @Nullable
    Duration keep() {
        return keep == null ? null : keep.time();
    }

    /** The start of a message about how long it is kept. */
    String atKeep() {
        return keep == null ? atStatement() : at(keep.line(), keep.column());
    }

    /** How messages call the file. */
    String path() {
        return path;
    }

    /** True if the word stands anywhere in the file. */
    boolean mentions(String word) {
        return Pattern.compile("(?<!\\w)" + Pattern.quote(word) + "(?!\\w)", Pattern.CASE_INSENSITIVE)
                .matcher(text)
                .find();
    }

    /** Where a function of this name is called first; below 0 if it is not. */
    int call(String function) {
        SqlTokens tokens = tokens();
        for (int i = 0; i + 1 < tokens.count(); i++) {
            SqlTokens.Token token = tokens.at(i);
            SqlTokens.Token next = tokens.at(i + 1);
            if (token != null && next != null && next.is("(") && token.is(function)) {
                return token.start();
            }
        }
        return -1;
    }

    /** Whether it may read a column: in doubt it does, where the name is part of anything, or a star may stand for all columns. */
    boolean mayRead(String column) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.contains(column.toLowerCase(Locale.ROOT))
                || lower.replace("count(*)", "").contains("*");
    }

    /** The start of a message about a word of the header. */
    String at(Word word) {
        return at(word.line, word.column);
    }

    /** The start of a message about the statement as a whole. */
    String atStatement() {
        return atOffset(start);
    }

    SqlTokens tokens() {
        return SqlTokens.of(text);
    }

    /** The offset of a place in the text, both numbers from 1; behind the text if it ends before. */
    int offset(int line, int column) {
        int start = 0;
        for (int i = 1; i < line && start >= 0; i++) {
            start = text.indexOf('\n', start) + 1;
        }
        return Math.min(text.length(), start + column - 1);
    }

    /** The start of a message about the character at this offset of the text. */
    String atOffset(int offset) {
        return path + ":" + place(offset) + ": ";
    }

    /** Line and column of the character at this offset. */
    String place(int offset) {
        String before = text.substring(0, offset);
        int line = (int) before.chars().filter(character -> character == '\n').count() + 1;
        return line + ":" + (offset - before.lastIndexOf('\n'));
    }

    String at(int line, int column) {
        return path + ":" + line + ":" + column + ": ";
    }

    @Override
    public String toString() {
        return path;
    }
}
