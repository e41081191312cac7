package io.tributary.settings;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * The metrics that alarms need, once more where Managed Service for Apache Flink takes them from: of all metrics of a job's own it
 * sends to CloudWatch those of one group, each for a price. So there are few, none is of one table, and all are gauges, since
 * CloudWatch adds up what subtasks show of one name, or takes the most or the least of it.
 */
public final class CloudWatch implements Serializable {

    private static final long serialVersionUID = 1L;

    /** What the service looks for. */
    static final String GROUP = "kinesisanalytics";

    static final ConfigOption<Boolean> METRICS = ConfigOptions.key("metrics.cloudwatch")
            .booleanType()
            .defaultValue(false)
            .withDescription(
                    "Whether the job's metrics that alarms need are in CloudWatch, each for a price a month. Managed"
                            + " Flink alone sends them there, where the default is true.");

    private final boolean isOn;

    private CloudWatch(boolean isOn) {
        this.isOn = isOn;
    }

    public static CloudWatch from(Given given) {
        return new CloudWatch(given.get(METRICS));
    }

    public static List<ConfigOption<?>> options() {
        return List.of(METRICS);
    }

    /** For a job that the service runs: on, unless it is said otherwise. */
    public static void onByDefault(Configuration given) {
        if (!given.contains(METRICS)) {
            given.set(METRICS, true);
        }
    }

    /** {@code operator} is the operator's own group. */
    public void gauge(MetricGroup operator, String name, Gauge<? extends Number> gauge) {
        if (isOn) {
            // One that a reporter has not seen: they tell metrics apart by identity.
            Gauge<Number> another = gauge::getValue;
            operator.addGroup(GROUP).gauge(name, another);
        }
    }
}
