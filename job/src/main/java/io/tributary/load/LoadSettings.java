package io.tributary.load;

import io.tributary.settings.Given;
import io.tributary.store.StoreLocation;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/** Which way the records of each table take into the warehouse, and where the files are of those that take that one. */
public final class LoadSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Below the location: what the job writes, and the manifests of what is complete. */
    public static final String RECORDS = "records/";

    public static final String MANIFESTS = "manifests/";

    public static final ConfigOption<Load> LOAD = ConfigOptions.key("redshift.load")
            .enumType(Load.class)
            .defaultValue(Load.STREAM)
            .withDescription(
                    "How records come into the warehouse: stream through Kinesis, as they are made; files in S3, at each"
                            + " checkpoint, which redshift merge copies; auto in files where a source's rows are read and where a"
                            + " record is too large for the stream, and through Kinesis else.");

    public static final ConfigOption<Load> LOAD_OF_TABLE = ConfigOptions.key("tables.<table>.redshift.load")
            .enumType(Load.class)
            .noDefaultValue()
            .withDescription("As redshift.load, for one table.");

    public static final ConfigOption<String> LOCATION = ConfigOptions.key("redshift.files.location")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "Where the job writes the files that the warehouse copies: s3://bucket/prefix, or for the stand-in a"
                            + " folder. A job has one of its own. What was copied is deleted.");

    static final ConfigOption<String> REGION = ConfigOptions.key("redshift.files.region")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "The region of that bucket. By default the AWS SDK finds it by itself, and the warehouse takes"
                            + " its own.");

    static final ConfigOption<String> ENDPOINT = ConfigOptions.key("redshift.files.s3-endpoint")
            .stringType()
            .noDefaultValue()
            .withDescription("The address of S3, if it is not that of AWS.");

    static final ConfigOption<MemorySize> SIZE = ConfigOptions.key("redshift.files.size")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(32))
            .withDescription(
                    "How large a file may become, compressed, before the next is begun. A subtask has up to two of"
                            + " them on the heap.");

    private final Load load;
    private final TreeMap<String, Load> loads;
    private final @Nullable StoreLocation location;
    private final long size;

    private LoadSettings(Load load, Map<String, Load> loads, @Nullable StoreLocation location, long size) {
        this.load = load;
        this.loads = new TreeMap<>(loads);
        this.location = location;
        this.size = size;
    }

    /** Nothing is loaded by files. */
    public static LoadSettings streamed() {
        return new LoadSettings(Load.STREAM, Map.of(), null, 1);
    }

    public static List<ConfigOption<?>> options() {
        return List.of(LOAD, LOAD_OF_TABLE, LOCATION, REGION, ENDPOINT, SIZE);
    }

    public static LoadSettings from(Given given) {
        Map<String, Load> loads = new TreeMap<>();
        for (String table : given.tables()) {
            Load load = given.table(table).find(LOAD_OF_TABLE);
            if (load != null) {
                loads.put(table, load);
            }
        }
        LoadSettings settings = new LoadSettings(
                given.get(LOAD), loads, location(given), given.get(SIZE).getBytes());
        if (settings.isByFiles() && !given.has(LOCATION)) {
            given.problem(
                    LOCATION,
                    " is missing: " + settings.byFiles(given) + ", so say where the files are to be, as in"
                            + " s3://bucket/prefix");
        }
        given.between(MemorySize.ofMebiBytes(1), MemorySize.ofMebiBytes(1024), SIZE);
        return settings;
    }

    private static @Nullable StoreLocation location(Given given) {
        String location = given.find(LOCATION);
        if (location == null) {
            return null;
        }
        try {
            return StoreLocation.of(location, given.find(REGION), given.find(ENDPOINT));
        } catch (IllegalArgumentException e) {
            given.problem(LOCATION, ": " + e.getMessage());
            return null;
        }
    }

    /** Names the first key by which something is loaded by files. */
    private String byFiles(Given given) {
        if (load != Load.STREAM) {
            return given.key(LOAD) + " is " + lower(load);
        }
        return loads.entrySet().stream()
                .filter(entry -> entry.getValue() != Load.STREAM)
                .map(entry -> given.table(entry.getKey()).key(LOAD_OF_TABLE) + " is " + lower(entry.getValue()))
                .findFirst()
                .orElse("");
    }

    private static String lower(Load load) {
        return load.name().toLowerCase(Locale.ROOT);
    }

    /** Whether anything may come in files. */
    public boolean isByFiles() {
        return load != Load.STREAM || loads.values().stream().anyMatch(each -> each != Load.STREAM);
    }

    /** Whether anything comes through Kinesis. */
    public boolean isStreamed() {
        return load != Load.FILES || loads.values().stream().anyMatch(each -> each != Load.FILES);
    }

    public Load of(String table) {
        return loads.getOrDefault(table, load);
    }

    /** Whether the files are in a folder. */
    public boolean isLocal() {
        return location != null && !location.isS3();
    }

    /** Where the files are; fails if there are none. */
    public StoreLocation location() {
        if (location == null) {
            throw new IllegalStateException(LOCATION.key() + " is not set");
        }
        return location;
    }

    /** In bytes. */
    public long size() {
        return size;
    }
}
