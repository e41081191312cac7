package io.tributary.query;

import io.tributary.settings.Secret;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.jspecify.annotations.Nullable;

/** What the settings give a function when it is made. Prints secrets as their references. */
final class FunctionArguments {

    static final FunctionArguments NONE = new FunctionArguments(List.of());

    private final List<Secret> values;

    /** @param values those that are no secrets, too */
    FunctionArguments(List<Secret> values) {
        this.values = List.copyOf(values);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * A function made with them; fails with a sentence's end that says why there is none.
     *
     * @param type public, and with a constructor that takes as many texts, numbers or truth values
     */
    UserDefinedFunction make(Class<? extends UserDefinedFunction> type) {
        for (Constructor<?> constructor : type.getConstructors()) {
            if (constructor.getParameterCount() != values.size() || !Modifier.isPublic(type.getModifiers())) {
                continue;
            }
            List<Object> arguments = new ArrayList<>();
            for (Class<?> parameter : constructor.getParameterTypes()) {
                Object argument =
                        argument(parameter, values.get(arguments.size()).value());
                if (argument == null) {
                    break;
                }
                arguments.add(argument);
            }
            if (arguments.size() == values.size()) {
                return made(constructor, arguments);
            }
        }
        throw new IllegalArgumentException("it has no public constructor that takes " + this);
    }

    private static UserDefinedFunction made(Constructor<?> constructor, List<Object> arguments) {
        try {
            return (UserDefinedFunction) constructor.newInstance(arguments.toArray());
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("its constructor threw " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("its constructor cannot be called: " + e, e);
        }
    }

    /** Null if the text is none of the type. */
    private static @Nullable Object argument(Class<?> type, String text) {
        try {
            if (type == String.class) {
                return text;
            }
            if (type == int.class || type == Integer.class) {
                return Integer.valueOf(text);
            }
            if (type == long.class || type == Long.class) {
                return Long.valueOf(text);
            }
            if (type == double.class || type == Double.class) {
                return Double.valueOf(text);
            }
        } catch (NumberFormatException e) {
            return null;
        }
        boolean isTruth =
                (type == boolean.class || type == Boolean.class) && (text.equals("true") || text.equals("false"));
        return isTruth ? Boolean.valueOf(text) : null;
    }

    /** Tells other arguments apart, secrets by their values, and does not tell what they are. */
    String digest() {
        if (isEmpty()) {
            return "";
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Secret value : values) {
                byte[] text = value.value().getBytes(StandardCharsets.UTF_8);
                digest.update((text.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(text);
            }
            StringBuilder hexadecimal = new StringBuilder();
            byte[] hash = digest.digest();
            for (int i = 0; i < 8; i++) {
                hexadecimal.append(String.format("%02x", hash[i]));
            }
            return hexadecimal.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
