package io.tributary.local.container;

/** What a container is told by its environment. */
final class Environment {

    private Environment() {}

    /** Fails in a sentence where it is not set. */
    static String text(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("The environment has no " + name);
        }
        return value;
    }
}
