package io.tributary;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the jar that is submitted, and what must not be. */
final class JobJarIT {

    private static final int JAVA_11 = 55;

    private static JarFile jar;
    private static Set<String> names;

    @BeforeAll
    static void open() throws IOException {
        jar = new JarFile(new File(requireNonNull(System.getProperty("job.jar"))));
        names = jar.stream().map(ZipEntry::getName).collect(toSet());
    }

    @AfterAll
    static void close() throws IOException {
        jar.close();
    }

    @Test
    void runsOnJava11() throws IOException {
        List<String> newer = new ArrayList<>();
        for (String name : names) {
            if (name.endsWith(".class") && classVersion(name) > JAVA_11) {
                newer.add(name);
            }
        }
        assertThat(newer).isEmpty();
        assertThat(names).noneMatch(name -> name.startsWith("META-INF/versions/") || name.equals("module-info.class"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/apache/flink/api/",
                "org/apache/flink/client/",
                "org/apache/flink/configuration/",
                "org/apache/flink/connector/base/",
                "org/apache/flink/runtime/",
                "org/apache/flink/streaming/api/",
                "org/apache/flink/streaming/runtime/",
                "org/apache/flink/table/api/",
                "org/apache/flink/table/planner/",
                "org/apache/flink/table/runtime/"
            })
    void leavesFlinkToTheCluster(String folder) {
        assertThat(names).noneMatch(name -> name.startsWith(folder) && name.endsWith(".class"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/slf4j/",
                "org/apache/log4j/",
                "org/apache/logging/",
                "ch/qos/logback/",
                "log4j.properties",
                "log4j2.properties",
                "log4j2.xml",
                "logback.xml"
            })
    void bindsNoLogging(String name) {
        assertThat(names).noneMatch(entry -> entry.startsWith(name));
    }

    @Test
    void hasNoSignatures() {
        assertThat(names).noneMatch(name -> name.matches("META-INF/[^/]+\\.(SF|DSA|RSA|EC)"));
    }

    /** A table factory that is lost in the merge is a connector that SQL does not find. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "META-INF/services/org.apache.flink.table.factories.Factory",
                "META-INF/services/java.sql.Driver",
                "META-INF/services/org.apache.flink.connector.jdbc.core.database.JdbcFactory"
            })
    void mergesServiceFiles(String file) throws IOException {
        Set<String> expected = new HashSet<>();
        for (URL url : Collections.list(JobJarIT.class.getClassLoader().getResources(file))) {
            if (!isProvided(url)) {
                expected.addAll(services(url.openStream().readAllBytes()));
            }
        }
        assertThat(services(read(file))).hasSizeGreaterThan(1).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** The connector changed these classes of Debezium; with Debezium's own it reads wrongly. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "io/debezium/relational/RelationalChangeRecordEmitter.class",
                "io/debezium/relational/RelationalTableFilters.class",
                "io/debezium/connector/postgresql/PostgresStreamingChangeEventSource.class",
                "io/debezium/connector/postgresql/connection/PostgresReplicationConnection.class"
            })
    void prefersTheConnectorsDebeziumClasses(String name) throws IOException {
        List<URL> copies = Collections.list(JobJarIT.class.getClassLoader().getResources(name));
        URL patched = copies.stream()
                .filter(url -> url.getPath().contains("/org/apache/flink/"))
                .findFirst()
                .orElseThrow();
        assertThat(copies).hasSizeGreaterThan(1);
        assertThat(read(name)).isEqualTo(patched.openStream().readAllBytes());
    }

    /** What a licence asks for is its text, for each library whose classes are in the jar. */
    @Test
    void carriesTheLicencesAndNoticesOfAllThatIsInIt() throws IOException {
        Set<String> texts = new HashSet<>();
        for (String name : names) {
            if (name.startsWith("META-INF/licenses/") && !name.endsWith("/")) {
                texts.add(text(jar, name));
            }
        }
        String listed = new String(read("META-INF/licenses/THIRD-PARTY.txt"), StandardCharsets.UTF_8);
        List<String> missing = new ArrayList<>();
        int libraries = 0;
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!path.endsWith(".jar")) {
                continue;
            }
            try (JarFile library = new JarFile(path)) {
                if (!isInTheJar(library)) {
                    continue;
                }
                libraries++;
                List<String> own = library.stream()
                        .map(ZipEntry::getName)
                        .filter(name -> name.matches("(META-INF/)?(LICENSE|NOTICE)[^/]*"))
                        .toList();
                for (String name : own) {
                    if (!texts.contains(text(library, name))) {
                        missing.add(path + "!" + name);
                    }
                }
                // In a repository of Maven the version's folder is in the artifact's.
                String artifact = new File(path).getParentFile().getParentFile().getName();
                if (!listed.contains(":" + artifact + ":") && !path.contains("tributary-")) {
                    missing.add(path + " in THIRD-PARTY.txt");
                }
            }
        }
        assertThat(libraries).isGreaterThan(30);
        assertThat(missing).isEmpty();
        assertThat(listed).doesNotContainIgnoringCase("unknown license");
        assertThat(read("META-INF/LICENSE")).asString().contains("Apache License");
    }

    /** By the first of its classes that no other library has in another version. */
    private static boolean isInTheJar(JarFile library) throws IOException {
        List<String> classes = library.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/") && !name.contains("-info"))
                .limit(20)
                .toList();
        for (String name : classes) {
            if (names.contains(name)
                    && Arrays.equals(
                            read(name),
                            library.getInputStream(library.getEntry(name)).readAllBytes())) {
                return true;
            }
        }
        return false;
    }

    private static String text(JarFile file, String name) throws IOException {
        return new String(file.getInputStream(file.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Machines that nobody runs the job on have no share in its size. */
    @Test
    void bringsMachineCodeForLinuxAndMacOsAlone() {
        List<String> natives = names.stream()
                .filter(name -> name.matches(".*\\.(so|dll|dylib|jnilib|a)"))
                .toList();
        assertThat(natives)
                .anyMatch(name -> name.startsWith("linux/amd64/"))
                .anyMatch(name -> name.startsWith("linux/aarch64/"))
                .anyMatch(name -> name.startsWith("darwin/aarch64/"))
                .anyMatch(name -> name.startsWith("linux/x86_64/glibc/"))
                .anyMatch(name -> name.startsWith("linux/armv8/glibc/"))
                .anyMatch(name -> name.startsWith("org/xerial/snappy/native/Linux/x86_64/"))
                .anyMatch(name -> name.startsWith("net/jpountz/util/linux/amd64/"))
                .allMatch(
                        name -> name.matches("(?i).*(linux|osx|darwin|mac)/(.*/)?(amd64|x86_64|x86|aarch64|armv8)/.*"));
        assertThat(names).noneMatch(name -> name.startsWith("software/amazon/awssdk/services/iam/"));
    }

    /** The driver names them, but has them as optional dependencies: they come from two clients and from iceberg-aws-bundle. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "auth/credentials/DefaultCredentialsProvider",
                "http/apache/ApacheHttpClient",
                "protocols/json/AwsJsonProtocolFactory",
                "protocols/query/AwsQueryProtocolFactory",
                "services/redshift/RedshiftClient",
                "services/redshift/model/GetClusterCredentialsRequest",
                "services/redshift/model/GetClusterCredentialsWithIamRequest",
                "services/redshiftserverless/RedshiftServerlessClient",
                "services/redshiftserverless/model/GetCredentialsRequest",
                "services/sts/StsClient"
            })
    void carriesWhatTheRedshiftDriverAsksAwsWith(String name) {
        assertThat(names).contains("software/amazon/awssdk/" + name + ".class");
    }

    @Test
    void carriesTheFunctionsAndStartsAtMain() throws IOException {
        assertThat(names).anyMatch(name -> name.startsWith("io/tributary/udfs/"));
        assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class")).isEqualTo("io.tributary.Main");
    }

    private static int classVersion(String name) throws IOException {
        try (DataInputStream in = new DataInputStream(jar.getInputStream(jar.getEntry(name)))) {
            in.readInt();
            in.readUnsignedShort();
            return in.readUnsignedShort();
        }
    }

    /** Flink's own jars are on the classpath of the tests, not in the job's. */
    private static boolean isProvided(URL url) {
        return url.getPath().matches(".*/flink-(table|clients|streaming|test|runtime|core)[^/]*\\.jar!.*");
    }

    private static byte[] read(String name) throws IOException {
        return jar.getInputStream(jar.getEntry(name)).readAllBytes();
    }

    private static Set<String> services(byte[] file) {
        return new String(file, StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .collect(toSet());
    }
}
