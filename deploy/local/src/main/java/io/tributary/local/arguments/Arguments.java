package io.tributary.local.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command line, checked against the usage text of its command, which {@code --help} shows. Everything that is wrong is said at
 * once.
 *
 * <p>The first line of the text names the command. An option is a line of its own with two spaces before it, {@code --keep} or
 * {@code --rate <whole number from 1>}. The deeper lines below it describe it and end with its default, if it has one:
 * {@code [500]}; {@code [3; with --quick: 1]}; {@code [required]}. What stands for the value says what it can be:
 *
 * <ul>
 *   <li>{@code <whole number>}, {@code <whole number from 0>}, {@code <whole number from 1 to 9>}, {@code <number above 0>}
 *   <li>{@code <a|b>}: one of these; {@code <a,b>}: some of these with commas between them, or {@code all}
 *   <li>{@code <key=value>}: may be given more than once
 *   <li>{@code <size>}: of memory, such as 512m or 5g
 *   <li>{@code <file>}: one that exists
 *   <li>anything else: any text
 * </ul>
 *
 * <p>The scripts run this file as source before anything is built, so it uses the JDK alone.
 */
public final class Arguments {

    private static final int USAGE_ERROR = 2;
    private static final String REQUIRED = "required";
    private static final String ALL = "all";

    private static final Pattern COMMAND = Pattern.compile("Usage: (\\S+).*");
    private static final Pattern OPTION = Pattern.compile(" {2}(--[a-z-]+)(?: <(.+)>)?");
    private static final Pattern DEFAULT = Pattern.compile("\\[([^;\\[\\]]+)(?:; with (--[a-z-]+): ([^\\[\\]]+))?]$");
    private static final Pattern WHOLE = Pattern.compile("whole number(?: from (-?\\d+))?(?: to (-?\\d+))?");
    private static final Pattern SIZE = Pattern.compile("\\d+ ?(b|k|kb|m|mb|g|gb|t|tb)?");

    private final Map<String, Option> options;
    private final Map<String, List<String>> given = new LinkedHashMap<>();

    private Arguments(Map<String, Option> options) {
        this.options = options;
    }

    /** What the text does not say of a default is empty. */
    private record Option(String name, String kind, String fallback, String companion, String besideCompanion) {

        boolean isFlag() {
            return kind.isEmpty();
        }

        boolean isMap() {
            return kind.equals("key=value");
        }

        boolean isChoice() {
            return kind.contains("|");
        }

        boolean isSelection() {
            return kind.contains(",");
        }

        List<String> words() {
            return List.of(kind.split("[|,]"));
        }

        boolean takes(String value) {
            Matcher whole = WHOLE.matcher(kind);
            if (whole.matches()) {
                return isWhole(value, bound(whole.group(1), Long.MIN_VALUE), bound(whole.group(2), Long.MAX_VALUE));
            }
            if (isChoice()) {
                return words().contains(value);
            }
            if (isSelection()) {
                return value.equals(ALL) || words().containsAll(Arrays.asList(value.split(",", -1)));
            }
            return switch (kind) {
                case "number above 0" -> isAboveZero(value);
                case "key=value" -> value.indexOf('=') > 0;
                case "size" -> SIZE.matcher(value).matches();
                case "file" -> Files.isRegularFile(Path.of(value));
                default -> !value.isEmpty();
            };
        }

        private static long bound(String text, long otherwise) {
            return text == null ? otherwise : Long.parseLong(text);
        }

        private static boolean isWhole(String value, long least, long most) {
            try {
                long number = Long.parseLong(value);
                return number >= least && number <= most;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        private static boolean isAboveZero(String value) {
            try {
                double number = Double.parseDouble(value);
                return number > 0 && number < Double.POSITIVE_INFINITY;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }

    /** {@code arguments} are the file of a usage text, and the command line to be checked against it. */
    public static void main(String[] arguments) throws IOException {
        readOrExit(Files.readString(Path.of(arguments[0])), Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    /** By the {@code usage.txt} beside the command's class. Shows it and ends the process if that is asked for, or needed. */
    public static Arguments readOrExit(Class<?> command, String[] arguments) throws IOException {
        return readOrExit(usage(command), arguments);
    }

    private static Arguments readOrExit(String usage, String[] arguments) {
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.print(usage);
            System.exit(0);
        }
        try {
            return read(usage, arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(usage.lines()
                    .findFirst()
                    .map(line -> COMMAND.matcher(line).replaceFirst("$1 --help shows all options."))
                    .orElse(""));
            System.exit(USAGE_ERROR);
            throw e;
        }
    }

    /** By the {@code usage.txt} beside the command's class. Fails with all that is wrong, a line each. */
    public static Arguments read(Class<?> command, String... arguments) throws IOException {
        return read(usage(command), arguments);
    }

    static Arguments read(String usage, String... arguments) {
        Arguments read = new Arguments(options(usage));
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            int equals = argument.indexOf('=');
            boolean isJoined = argument.startsWith("--") && equals > 0;
            String name = isJoined ? argument.substring(0, equals) : argument;
            Option option = read.options.get(name);
            if (option == null) {
                problems.add(read.unknown(name));
                // It is not known whether what follows was to be its value.
                i += isJoined || i + 1 == arguments.length || arguments[i + 1].startsWith("--") ? 0 : 1;
            } else if (option.isFlag()) {
                read.add(option, isJoined ? argument : "", problems);
            } else if (isJoined) {
                read.add(option, argument.substring(equals + 1), problems);
            } else if (i + 1 == arguments.length || read.options.containsKey(arguments[i + 1])) {
                problems.add(name + " needs a value: " + option.kind());
            } else {
                i++;
                read.add(option, arguments[i], problems);
            }
        }
        read.options.values().stream()
                .filter(option -> option.fallback().equals(REQUIRED) && !read.given.containsKey(option.name()))
                .forEach(option -> problems.add(option.name() + " is required: " + option.kind()));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return read;
    }

    private static String usage(Class<?> command) throws IOException {
        try (InputStream text = command.getResourceAsStream("usage.txt")) {
            if (text == null) {
                throw new IOException("There is no usage.txt beside " + command);
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Map<String, Option> options(String usage) {
        Map<String, Option> options = new LinkedHashMap<>();
        String name = "";
        String kind = "";
        StringBuilder description = new StringBuilder();
        for (String line : (usage + "\n  --end").lines().toList()) {
            Matcher option = OPTION.matcher(line);
            if (!option.matches()) {
                description.append(line).append('\n');
                continue;
            }
            if (!name.isEmpty()) {
                options.put(name, option(name, kind, description.toString().strip()));
            }
            name = option.group(1);
            kind = option.group(2) == null ? "" : option.group(2);
            description.setLength(0);
        }
        return options;
    }

    private static Option option(String name, String kind, String description) {
        Matcher fallback = DEFAULT.matcher(description);
        if (!fallback.find()) {
            return new Option(name, kind, "", "", "");
        }
        String companion = fallback.group(2);
        return companion == null
                ? new Option(name, kind, fallback.group(1), "", "")
                : new Option(name, kind, fallback.group(1), companion, fallback.group(3));
    }

    private void add(Option option, String value, List<String> problems) {
        List<String> values = given.computeIfAbsent(option.name(), name -> new ArrayList<>());
        if (option.isFlag() && !value.isEmpty()) {
            problems.add(option.name() + " takes no value");
        } else if (!option.isFlag() && !option.takes(value)) {
            problems.add(option.name() + " cannot be " + value + ": it takes " + described(option));
        } else if (!values.isEmpty() && !option.isMap()) {
            problems.add(option.name() + " is given twice");
        }
        values.add(value);
    }

    private static String described(Option option) {
        return option.kind().equals("file") ? "a file that exists" : option.kind();
    }

    private String unknown(String argument) {
        if (!argument.startsWith("-")) {
            return "Unexpected argument " + argument + ": what is not the value of an option begins with --";
        }
        String nearest = "";
        for (String name : options.keySet()) {
            if (nearest.isEmpty() || distance(argument, name) < distance(argument, nearest)) {
                nearest = name;
            }
        }
        return "Unknown option " + argument + "; the nearest one is " + nearest;
    }

    /** How many letters have to be put in, taken out or changed. */
    private static int distance(String one, String other) {
        int[][] least = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                } else {
                    int changed = least[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                    least[i][j] = Math.min(changed, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
                }
            }
        }
        return least[one.length()][other.length()];
    }

    /** Whether the option is given, or has a default. */
    public boolean has(String name) {
        return given.containsKey(name) || !fallback(option(name)).isEmpty();
    }

    /** The value that is given, or the default. */
    public String text(String name) {
        List<String> values = given.get(name);
        String value = values == null ? fallback(option(name)) : values.get(0);
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " has no value and no default");
        }
        return value;
    }

    public long whole(String name) {
        return Long.parseLong(text(name));
    }

    public double number(String name) {
        return Double.parseDouble(text(name));
    }

    /** The parts between commas, {@code all} replaced by each that there is. */
    public List<String> list(String name) {
        String text = text(name);
        Option option = option(name);
        return text.equals(ALL) && option.isSelection() ? option.words() : List.of(text.split(","));
    }

    /** Every {@code key=value} that is given; the last one of a key counts. */
    public Map<String, String> map(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String pair : given.getOrDefault(option(name).name(), List.of())) {
            int equals = pair.indexOf('=');
            map.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return map;
    }

    /** What the option may be, where the usage text lists it. */
    public List<String> words(String name) {
        return option(name).words();
    }

    private String fallback(Option option) {
        if (!option.companion().isEmpty() && given.containsKey(option.companion())) {
            return option.besideCompanion();
        }
        return option.fallback();
    }

    private Option option(String name) {
        Option option = options.get(name);
        if (option == null) {
            throw new IllegalArgumentException("The usage text knows no " + name);
        }
        return option;
    }
}
