package io.tributary.query;

import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.functions.UserDefinedFunctionHelper;

/**
 * The users' functions by their SQL names, from every {@code META-INF/tributary/functions.properties} that the class
 * loader finds and from the settings. Nothing is found by scanning: what is not named does not exist.
 */
final class Functions {

    static final String RESOURCE = "META-INF/tributary/functions.properties";

    private Functions() {}

    /** SQL names are in lower case; Flink does not tell their capitals apart. */
    static Map<String, Class<? extends UserDefinedFunction>> find(
            Map<String, String> settings, ClassLoader loader, Problems problems) {
        Map<String, String> classes = new TreeMap<>();
        Map<String, String> origins = new TreeMap<>();
        try {
            List<URL> resources = Collections.list(loader.getResources(RESOURCE));
            for (URL resource : resources) {
                Properties properties = new Properties();
                try (Reader in = new InputStreamReader(resource.openStream(), StandardCharsets.UTF_8)) {
                    properties.load(in);
                }
                for (String name : properties.stringPropertyNames()) {
                    add(name, properties.getProperty(name), resource.toString(), classes, origins, problems);
                }
            }
        } catch (IOException e) {
            problems.add(RESOURCE + " cannot be read: " + e);
        }
        settings.forEach((name, type) ->
                add(name, type, NamedKey.of(QuerySettings.FUNCTION.key(), name), classes, origins, problems));

        Map<String, Class<? extends UserDefinedFunction>> functions = new TreeMap<>();
        classes.forEach((name, type) -> load(name, type, loader, origins.getOrDefault(name, ""), functions, problems));
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

    private static void load(
            String name,
            String type,
            ClassLoader loader,
            String origin,
            Map<String, Class<? extends UserDefinedFunction>> functions,
            Problems problems) {
        try {
            Class<?> found = Class.forName(type, false, loader);
            if (!UserDefinedFunction.class.isAssignableFrom(found)) {
                problems.add("The function " + name + " (" + origin + ") is " + type
                        + ", which is not a UserDefinedFunction; extend ScalarFunction");
                return;
            }
            Class<? extends UserDefinedFunction> function = found.asSubclass(UserDefinedFunction.class);
            UserDefinedFunctionHelper.validateClass(function);
            functions.put(name, function);
        } catch (ClassNotFoundException | LinkageError e) {
            problems.add("The function " + name + " (" + origin + ") is " + type
                    + ", but there is no such class; put its jar on the class path or correct the name");
        } catch (org.apache.flink.table.api.ValidationException e) {
            problems.add("The function " + name + " (" + origin + ") cannot be used: " + e.getMessage());
        }
    }
}
