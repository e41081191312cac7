package io.tributary.local.benchmark.flink;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client says on its standard output when it has done its work: when it began, connected and ready, when it had the
 * last row, both in milliseconds of the epoch, its processor time in between, and how many rows there were.
 */
public record Account(long beginMillis, long endMillis, long cpuNanos, long rows) {

    private static final Pattern WORDS = Pattern.compile("began (\\d+) ended (\\d+) used (\\d+) rows (\\d+)");

    /** The begin of the work. */
    static final class Opened {

        private final OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private final long beginCpu = system.getProcessCpuTime();
        private final long begin = System.currentTimeMillis();

        private Opened() {}

        Account close(long rows) {
            return new Account(begin, System.currentTimeMillis(), system.getProcessCpuTime() - beginCpu, rows);
        }
    }

    static Opened open() {
        return new Opened();
    }

    @Override
    public String toString() {
        return "began " + beginMillis + " ended " + endMillis + " used " + cpuNanos + " rows " + rows;
    }

    public static Account parse(String output) {
        Matcher words = WORDS.matcher(output);
        if (!words.find()) {
            throw new IllegalArgumentException("The client gave no account of its work: " + output);
        }
        return new Account(
                Long.parseLong(words.group(1)),
                Long.parseLong(words.group(2)),
                Long.parseLong(words.group(3)),
                Long.parseLong(words.group(4)));
    }
}
