package io.tributary.aws.functions;

import com.amazonaws.services.lambda.runtime.Context;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Does as Lambda does, with what Lambda has: calls one of the functions with the settings of a file, and prints what it answers. */
public final class Launcher {

    private Launcher() {}

    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (var in = Files.newInputStream(Path.of(arguments[1]))) {
            properties.load(in);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        Object answer = arguments[0].equals("merge")
                ? new MergeRound().handleRequest(settings, remaining(900_000))
                : new ExportRound().handleRequest(settings, remaining(900_000));
        System.out.println(answer);
    }

    /** All that a round asks of its context. */
    static Context remaining(int millis) {
        return (Context) Proxy.newProxyInstance(
                Context.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, given) -> {
                    if (method.getName().equals("getRemainingTimeInMillis")) {
                        return millis;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
