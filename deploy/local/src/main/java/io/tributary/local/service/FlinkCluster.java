package io.tributary.local.service;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.jspecify.annotations.Nullable;

/**
 * A Flink session cluster of real processes: a job manager with its web UI, a task manager, and Flink's own client.
 *
 * <p>Their classpath is what stands in the lib folder of a Flink distribution, so that a job's jar is loaded here as it
 * is on any cluster: child first.
 */
public final class FlinkCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SUBMISSION = Duration.ofMinutes(10);
    private static final String HOST = "127.0.0.1";
    private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");

    private final Guard guard;
    private final Path folder;
    private final String classpath;
    private final List<Child> processes = new CopyOnWriteArrayList<>();
    private final Configuration configuration;
    private final FlinkRest rest;
    private @Nullable Child jobManager;
    private @Nullable Child taskManager;

    private FlinkCluster(Guard guard, Path folder, String classpath, Configuration configuration, FlinkRest rest) {
        this.configuration = configuration;
        this.guard = guard;
        this.folder = folder;
        this.classpath = classpath;
        this.rest = rest;
    }

    /** {@code classpath} is the one of a Flink distribution's lib folder. */
    public static FlinkCluster start(
            Guard guard, Path folder, String classpath, int slots, MemorySize taskManagerMemory) throws Exception {
        return start(guard, folder, classpath, slots, taskManagerMemory, Map.of());
    }

    /** {@code settings} are Flink's own, and win over what is set here. */
    public static FlinkCluster start(
            Guard guard,
            Path folder,
            String classpath,
            int slots,
            MemorySize taskManagerMemory,
            Map<String, String> settings)
            throws Exception {
        int restPort = Waiting.freePort();
        Configuration configuration = configuration(folder, restPort, slots, taskManagerMemory);
        settings.forEach(configuration::setString);
        writeConfiguration(folder, configuration);
        FlinkRest rest = new FlinkRest(URI.create("http://" + HOST + ":" + restPort));
        FlinkCluster cluster = new FlinkCluster(guard, folder, classpath, configuration, rest);
        try {
            cluster.startJobManager();
            cluster.startTaskManager();
            cluster.awaitSlots();
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    private static Configuration configuration(Path folder, int restPort, int slots, MemorySize memory) {
        Configuration configuration = new Configuration();
        // Who reaches Flink may run code in it: so nobody reaches it from another machine.
        configuration.set(JobManagerOptions.ADDRESS, HOST);
        configuration.set(JobManagerOptions.BIND_HOST, HOST);
        configuration.set(TaskManagerOptions.HOST, HOST);
        configuration.set(TaskManagerOptions.BIND_HOST, HOST);
        configuration.set(RestOptions.ADDRESS, HOST);
        configuration.set(RestOptions.BIND_ADDRESS, HOST);
        configuration.set(JobManagerOptions.PORT, Waiting.freePort());
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
        configuration.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, memory);
        configuration.set(TaskManagerOptions.JVM_METASPACE, MemorySize.ofMebiBytes(512));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_FRACTION, 0.35f);
        configuration.setString("rest.port", String.valueOf(restPort));
        configuration.setString("parallelism.default", String.valueOf(slots));
        configuration.setString("io.tmp.dirs", folder.resolve("tmp").toString());
        configuration.setString("web.tmpdir", folder.resolve("tmp").toString());
        configuration.setString("state.backend.type", "rocksdb");
        // Most keys of a snapshot are new, and the filter says so without a look into the files.
        configuration.setString("state.backend.rocksdb.use-bloom-filter", "true");
        configuration.setString("execution.checkpointing.incremental", "true");
        configuration.setString(
                "execution.checkpointing.dir",
                folder.resolve("checkpoints").toUri().toString());
        configuration.setString(
                "execution.checkpointing.savepoint-dir",
                folder.resolve("savepoints").toUri().toString());
        // One more than postgres.confirm-delay-checkpoints lets a job go back.
        configuration.setString("execution.checkpointing.num-retained", "4");
        configuration.setString("metrics.fetcher.update-interval", "1000");
        // A task manager that is lost is missed soon.
        configuration.setString("heartbeat.interval", "2 s");
        configuration.setString("heartbeat.timeout", "30 s");
        return configuration;
    }

    private static void writeConfiguration(Path folder, Configuration configuration) throws IOException {
        Files.createDirectories(folder.resolve("tmp"));
        Path conf = Files.createDirectories(folder.resolve("conf"));
        StringBuilder yaml = new StringBuilder();
        configuration
                .toMap()
                .forEach((key, value) ->
                        yaml.append(key).append(": '").append(value).append("'\n"));
        Files.writeString(conf.resolve("config.yaml"), yaml);
        Files.writeString(conf.resolve("log4j2.properties"), """
                rootLogger.level = INFO
                rootLogger.appenderRef.console.ref = console
                appender.console.name = console
                appender.console.type = CONSOLE
                appender.console.layout.type = PatternLayout
                appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5p %-40c{1} %m%n%ex
                # It writes the password of the database.
                logger.fetch.name = org.apache.flink.cdc.connectors.postgres.source.fetch.PostgresSourceFetchTaskContext
                logger.fetch.level = WARN
                """);
    }

    private void awaitSlots() throws Exception {
        Waiting.until("Flink has its task slots", PATIENCE, () -> {
            for (Child process : processes) {
                process.checkAlive();
            }
            return rest.slots() >= configuration.get(TaskManagerOptions.NUM_TASK_SLOTS);
        });
    }

    private void startJobManager() throws IOException {
        jobManager = start(
                "jobmanager",
                List.of("-Xmx768m", "-XX:MaxMetaspaceSize=512m"),
                "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                List.of());
        processes.add(jobManager);
    }

    private void startTaskManager() throws IOException {
        TaskExecutorProcessSpec spec = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
        List<String> jvm =
                List.of(ProcessMemoryUtils.generateJvmParametersStr(spec, true).split(" "));
        List<String> resources =
                List.of(TaskExecutorProcessUtils.generateDynamicConfigsStr(spec).split(" "));
        taskManager = start("taskmanager", jvm, "org.apache.flink.runtime.taskexecutor.TaskManagerRunner", resources);
        processes.add(taskManager);
    }

    /** Kills the task manager as a lost machine would, and starts another. */
    public void replaceTaskManager() throws IOException, InterruptedException {
        Child lost = requireNonNull(taskManager);
        lost.kill();
        processes.remove(lost);
        startTaskManager();
    }

    /**
     * Kills the job manager as a lost machine would, and starts another, which knows of no job: nothing of it was kept but the
     * checkpoints. The task manager ends the job's tasks when it misses the old one.
     */
    public void replaceJobManager() throws Exception {
        Child lost = requireNonNull(jobManager);
        lost.kill();
        processes.remove(lost);
        startJobManager();
        awaitSlots();
    }

    private Child start(String name, List<String> jvm, String main, List<String> arguments) throws IOException {
        Path log = folder.resolve("log/" + name + ".log");
        List<String> options = new ArrayList<>(jvm);
        options.add("-Dlog.file=" + log);
        List<String> command = java(options, main);
        command.add("--configDir");
        command.add(folder.resolve("conf").toString());
        command.addAll(arguments);
        return Child.start(guard, name, log, environment(), command);
    }

    private List<String> java(List<String> jvm, String main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        for (String module : List.of(
                "java.lang",
                "java.lang.reflect",
                "java.net",
                "java.nio",
                "java.io",
                "java.text",
                "java.time",
                "java.util",
                "java.util.concurrent",
                "java.util.concurrent.atomic",
                "java.util.concurrent.locks")) {
            command.add("--add-opens=java.base/" + module + "=ALL-UNNAMED");
        }
        command.add("-Daws.cborEnabled=false");
        command.add("-Dorg.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor=true");
        // What a killed process unpacked there is removed with the folder.
        command.add("-Djava.io.tmpdir=" + folder.resolve("tmp"));
        command.add("-Dlog4j.configurationFile=" + folder.resolve("conf/log4j2.properties"));
        command.add("-cp");
        command.add(classpath);
        command.add(main);
        return command;
    }

    private Map<String, String> environment() {
        return Map.of("FLINK_CONF_DIR", folder.resolve("conf").toString());
    }

    /** The processes that run jobs: job manager and task manager. */
    public List<Long> pids() {
        return processes.stream().map(Child::pid).toList();
    }

    public FlinkRest rest() {
        return rest;
    }

    /** {@code flink run -d jar arguments}: the job's id. */
    public String submit(Path jar, List<String> arguments) throws Exception {
        return submit(jar, List.of(), arguments);
    }

    /** {@code flink run -d -s savepoint jar arguments}: the job's id. */
    public String resume(Path jar, String savepoint, List<String> arguments) throws Exception {
        return submit(jar, List.of("-s", savepoint), arguments);
    }

    /** {@code flink run -d options jar arguments}: the job's id. */
    public String submit(Path jar, List<String> options, List<String> arguments) throws Exception {
        List<String> command = java(List.of("-Xmx512m"), "org.apache.flink.client.cli.CliFrontend");
        command.addAll(List.of("run", "-d"));
        command.addAll(options);
        command.add(jar.toString());
        command.addAll(arguments);
        try (Child client = Child.start(guard, "flink run", folder.resolve("log/client.log"), environment(), command)) {
            int code = client.await(SUBMISSION);
            Matcher id = JOB_ID.matcher(client.output());
            if (code != 0 || !id.find()) {
                throw new IOException("flink run ended with exit code " + code + ":\n" + client.output());
            }
            return id.group(1);
        }
    }

    @Override
    public void close() {
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).close();
        }
        processes.clear();
    }
}
