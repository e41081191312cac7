package io.tributary.command;

import java.lang.reflect.Proxy;

/**
 * What the process is told by who wants it to end. A shutdown hook would come too late: while hooks run, Flink's own remove the
 * files that a last checkpoint is made of.
 */
final class Signals {

    private Signals() {}

    /** Once for each signal that comes, SIGINT or SIGTERM. Where the JVM has no signals, it ends as it would. */
    static void onEnd(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            new Thread(action, "end").start();
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(proxy);
                            case "equals" -> arguments[0] == proxy;
                            default -> "end";
                        };
                    });
            for (String name : new String[] {"TERM", "INT"}) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
            }
        } catch (ReflectiveOperationException e) {
            System.err.println(
                    "This Java cannot tell when it is to end, so the job goes on from its last checkpoint: " + e);
        }
    }
}
