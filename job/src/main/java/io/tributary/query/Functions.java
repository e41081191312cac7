package io.tributary.query;

import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.functions.UserDefinedFunctionHelper;

/**
 * The users' functions by their SQL names, from every {@code META-INF/tributary/functions.properties} in the jars that the settings
 * name and on the class path, and from the settings. Nothing is found by scanning: what is not named does not exist.
 */
final class Functions {

    static final String RESOURCE = "META-INF/tributary/functions.properties";

    private final Map<String, Class<? extends UserDefinedFunction>> types = new TreeMap<>();
    private final Map<String, FunctionArguments> arguments = new TreeMap<>();
    private final Map<String, String> incomplete = new TreeMap<>();
    private final List<URL> jars;
    private final ClassLoader loader;

    private Functions(List<URL> jars, ClassLoader loader) {
        this.jars = jars;
        this.loader = loader;
    }

    /** SQL names are in lower case; Flink does not tell their capitals apart. */
    @SuppressWarnings("resource") // The loader is the planner's for as long as the job is planned.
    static Functions find(QuerySettings settings, ClassLoader parent, Problems problems) {
        List<URL> jars = FunctionJars.find(settings.functionJars(), problems);
        Functions functions =
                new Functions(jars, jars.isEmpty() ? parent : new URLClassLoader(jars.toArray(new URL[0]), parent));
        Map<String, String> classes = new TreeMap<>();
        Map<String, String> origins = new TreeMap<>();
        try {
            for (URL resource : Collections.list(functions.loader.getResources(RESOURCE))) {
                Properties properties = new Properties();
                URLConnection connection = resource.openConnection();
                connection.setUseCaches(false);
                try (Reader in = new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8)) {
                    properties.load(in);
                }
                for (String name : properties.stringPropertyNames()) {
                    add(name, properties.getProperty(name), resource.toString(), classes, origins, problems);
                }
            }
        } catch (IOException e) {
            problems.add(RESOURCE + " cannot be read: " + e);
        }
        settings.functions()
                .forEach((name, type) ->
                        add(name, type, NamedKey.of(QuerySettings.FUNCTION.key(), name), classes, origins, problems));
        settings.functionArguments().forEach((name, given) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            functions.arguments.put(lower, given);
            if (!classes.containsKey(lower)) {
                problems.add(NamedKey.of(QuerySettings.FUNCTION_ARGUMENTS.key(), name) + ": there is no function "
                        + name + Suggestions.near(lower, classes.keySet()));
            }
        });
        classes.forEach((name, type) -> functions.load(name, type, origins.getOrDefault(name, ""), problems));
        return functions;
    }

    private static void add(
            String name,
            String type,
            String origin,
            Map<String, String> classes,
            Map<String, String> origins,
            Problems problems) {
        String lower = name.toLowerCase(Locale.ROOT);
        String other = classes.putIfAbsent(lower, type.strip());
        if (other != null && !other.equals(type.strip())) {
            problems.add("The function " + lower + " is " + other + " in " + origins.get(lower) + " and " + type.strip()
                    + " in " + origin + "; rename one");
        }
        origins.putIfAbsent(lower, origin);
    }

    private void load(String name, String type, String origin, Problems problems) {
        String start = "The function " + name + " (" + origin + ") ";
        FunctionArguments given = arguments.getOrDefault(name, FunctionArguments.NONE);
        try {
            Class<?> found = Class.forName(type, false, loader);
            if (!UserDefinedFunction.class.isAssignableFrom(found)) {
                problems.add(start + "is " + type + ", which is not a UserDefinedFunction; extend ScalarFunction");
                return;
            }
            Class<? extends UserDefinedFunction> function = found.asSubclass(UserDefinedFunction.class);
            if (given.isEmpty() && needsArguments(function)) {
                incomplete.put(
                        name,
                        "the function " + name + " needs arguments: set "
                                + NamedKey.of(QuerySettings.FUNCTION_ARGUMENTS.key(), name)
                                + " to what its constructor takes (functions: job/docs/sql.md)");
                return;
            }
            if (given.isEmpty()) {
                UserDefinedFunctionHelper.validateClass(function);
            } else {
                UserDefinedFunctionHelper.prepareInstance(new Configuration(), given.make(function));
            }
            types.put(name, function);
        } catch (LinkageError e) {
            problems.add(start + "is " + type + ", which cannot be loaded: " + e
                    + "; what it needs has to be in its jar, or in one beside it");
        } catch (ClassNotFoundException e) {
            problems.add(start + "is " + type
                    + ", but there is no such class; put its jar on the class path, name it in "
                    + QuerySettings.FUNCTION_JARS.key() + ", or correct the name");
        } catch (ValidationException | IllegalArgumentException e) {
            problems.add(start + "cannot be used: " + e.getMessage());
        }
    }

    private static boolean needsArguments(Class<?> function) {
        return function.getConstructors().length > 0
                && Arrays.stream(function.getConstructors())
                        .allMatch(constructor -> constructor.getParameterCount() > 0);
    }

    /** Those that can be called. */
    Set<String> names() {
        return new TreeSet<>(types.keySet());
    }

    /** Whether it is one of these, and says that it answers differently each time. */
    boolean isVolatile(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        Class<? extends UserDefinedFunction> type = types.get(lower);
        if (type == null) {
            return false;
        }
        FunctionArguments given = arguments.getOrDefault(lower, FunctionArguments.NONE);
        return !(given.isEmpty() ? UserDefinedFunctionHelper.instantiateFunction(type) : given.make(type))
                .isDeterministic();
    }

    /** What loads them, and all that the planner needs. */
    ClassLoader loader() {
        return loader;
    }

    void register(TableEnvironment tables) {
        types.forEach((name, type) -> {
            FunctionArguments given = arguments.getOrDefault(name, FunctionArguments.NONE);
            if (given.isEmpty()) {
                tables.createTemporarySystemFunction(name, type);
            } else {
                tables.createTemporarySystemFunction(name, given.make(type));
            }
        });
    }

    /** Has the job's tasks load them. */
    void addTo(StreamExecutionEnvironment environment) {
        FunctionJars.add(jars, environment);
    }

    /** A problem for each function that a file calls and that lacks its arguments. */
    boolean check(SqlFile file, Problems problems) {
        int before = problems.sentences().size();
        incomplete.forEach((name, sentence) -> {
            int place = file.call(name);
            if (place >= 0) {
                problems.add(file.atOffset(place) + sentence);
            }
        });
        return problems.sentences().size() == before;
    }

    /**
     * The functions that a statement may call, in lower case, each with the digest of its code and its arguments. In doubt it does:
     * where a function's name stands anywhere in the text, in whatever capitals.
     */
    Map<String, String> called(SqlFile file) {
        Map<String, String> digests = new TreeMap<>();
        types.forEach((name, type) -> {
            if (file.mentions(name)) {
                digests.put(
                        name,
                        FunctionCode.digest(type)
                                + arguments
                                        .getOrDefault(name, FunctionArguments.NONE)
                                        .digest());
            }
        });
        return digests;
    }
}
