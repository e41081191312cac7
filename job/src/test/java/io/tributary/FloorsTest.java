package io.tributary;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.NullMarked;

/** Which folder may know which: what job/docs/architecture.md says of the floors. */
@AnalyzeClasses(
        packages = "io.tributary",
        importOptions = {ImportOption.DoNotIncludeTests.class, FloorsTest.WithoutUsersFunctions.class})
final class FloorsTest {

    /** The functions for SQL files are their users': no rule of this house holds there. */
    static final class WithoutUsersFunctions implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/io/tributary/udfs/");
        }
    }

    private static final String[] STAGES = {
        "io.tributary.capture..", "io.tributary.latest..", "io.tributary.query..", "io.tributary.sink.."
    };
    private static final String[] AWS = {"software.amazon..", "com.amazonaws..", "org.apache.flink.kinesis.shaded.."};

    /** A rule over no classes holds: so it is made sure that there are some. */
    @ArchTest
    static void theRulesSeeTheJob(JavaClasses classes) {
        assertThat(classes.stream().map(JavaClass::getPackageName).distinct())
                .contains(
                        "io.tributary",
                        "io.tributary.capture",
                        "io.tributary.capture.debezium",
                        "io.tributary.capture.kafka",
                        "io.tributary.capture.dynamodb",
                        "io.tributary.capture.dynamodb.item",
                        "io.tributary.capture.dynamodb.stream",
                        "io.tributary.capture.dynamodb.export",
                        "io.tributary.capture.dynamodb.export.find",
                        "io.tributary.capture.dynamodb.export.read",
                        "io.tributary.capture.dynamodb.export.make",
                        "io.tributary.capture.postgres",
                        "io.tributary.capture.postgres.value",
                        "io.tributary.capture.postgres.server",
                        "io.tributary.capture.postgres.row",
                        "io.tributary.capture.postgres.table",
                        "io.tributary.capture.postgres.source",
                        "io.tributary.capture.postgres.connector",
                        "io.tributary.capture.postgres.plan",
                        "io.tributary.change",
                        "io.tributary.fill",
                        "io.tributary.latest",
                        "io.tributary.metrics",
                        "io.tributary.settings",
                        "io.tributary.query",
                        "io.tributary.sample",
                        "io.tributary.sink",
                        "io.tributary.sink.iceberg",
                        "io.tributary.sink.kinesis",
                        "io.tributary.sink.redshift",
                        "io.tributary.sink.rejected",
                        "io.tributary.store");
        assertThat(classes.contain(Pipeline.class)).isTrue();
        assertThat(classes.get(Pipeline.class).getDirectDependenciesFromSelf())
                .extracting(dependency -> dependency.getTargetClass().getSimpleName())
                .contains("StreamExecutionEnvironment", "Latest", "Sink");
    }

    @ArchTest
    static final ArchRule stagesKnowTheVocabularyAndNotEachOther = slices().matching("io.tributary.(*)..")
            .that(are(describe(
                    "a stage",
                    slice -> Stream.of("capture", "latest", "query", "sink").anyMatch(slice.getNamePart(1)::equals))))
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule noStageKnowsTheRoot = noClasses()
            .that()
            .resideInAnyPackage("io.tributary.*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.tributary");

    @ArchTest
    static final ArchRule fillingKnowsTheVocabularyOnly = classes()
            .that()
            .resideInAPackage("io.tributary.fill..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.tributary.fill..", "io.tributary.change..", "java..", "org.apache.flink..", "org.jspecify..");

    @ArchTest
    static final ArchRule sinksDoNotKnowEachOther =
            slices().matching("io.tributary.sink.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule readersDoNotKnowEachOther = slices().matching("io.tributary.capture.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                    resideInAnyPackage("io.tributary.capture.kafka..", "io.tributary.capture.postgres.."),
                    resideInAPackage("io.tributary.capture.debezium.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule roomsOfDynamoDbHaveNoCircles = slices().assignedFrom(roomsOf("io.tributary.capture.dynamodb"))
            .should()
            .beFreeOfCycles();

    /** Above the items and the settings. */
    @ArchTest
    static final ArchRule theStreamDoesNotKnowExports = noClasses()
            .that()
            .resideOutsideOfPackage("io.tributary.capture.dynamodb.export..")
            .and()
            .resideInAPackage("io.tributary.capture.dynamodb..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.tributary.capture.dynamodb.export..");

    @ArchTest
    static final ArchRule readingAndMakingExportsDoNotKnowEachOther = slices().matching(
                    "io.tributary.capture.dynamodb.export.(read|make)")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule roomsOfPostgresStandOnEachOther = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("settings")
            .definedBy("io.tributary.capture.postgres")
            .layer("value")
            .definedBy("io.tributary.capture.postgres.value..")
            .layer("server")
            .definedBy("io.tributary.capture.postgres.server..")
            .layer("row")
            .definedBy("io.tributary.capture.postgres.row..")
            .layer("table")
            .definedBy("io.tributary.capture.postgres.table..")
            .layer("source")
            .definedBy("io.tributary.capture.postgres.source..")
            .layer("connector")
            .definedBy("io.tributary.capture.postgres.connector..")
            .layer("plan")
            .definedBy("io.tributary.capture.postgres.plan..")
            .whereLayer("settings")
            .mayNotAccessAnyLayer()
            .whereLayer("value")
            .mayNotAccessAnyLayer()
            .whereLayer("server")
            .mayOnlyAccessLayers("settings")
            .whereLayer("row")
            .mayOnlyAccessLayers("settings", "value", "server")
            .whereLayer("table")
            .mayOnlyAccessLayers("settings", "value", "server", "row")
            .whereLayer("source")
            .mayOnlyAccessLayers("settings", "value", "server", "row", "table")
            .whereLayer("connector")
            .mayOnlyAccessLayers("settings", "value", "server", "row");

    /** Of rooms that the rule above does not name, too. */
    @ArchTest
    static final ArchRule roomsOfPostgresHaveNoCircles = slices().assignedFrom(roomsOf("io.tributary.capture.postgres"))
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule seamsDoNotKnowWhatIsBehindThem = noClasses()
            .that()
            .resideInAnyPackage("io.tributary.capture", "io.tributary.sink")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.tributary.capture.*..", "io.tributary.sink.*..");

    @ArchTest
    static final ArchRule theVocabularyKnowsTheJdkAndFlink = classes()
            .that()
            .resideInAPackage("io.tributary.change..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.tributary.change..", "java..", "org.apache.flink..", "org.jspecify..");

    @ArchTest
    static final ArchRule settingsKnowNoStage = noClasses()
            .that()
            .resideInAPackage("io.tributary.settings..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STAGES);

    @ArchTest
    static final ArchRule storesKnowNobody = classes()
            .that()
            .resideInAPackage("io.tributary.store..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.tributary.store..", "java..", "org.jspecify..", "software.amazon..");

    @ArchTest
    static final ArchRule icebergStaysInItsFolder = noClasses()
            .that()
            .resideOutsideOfPackage("io.tributary.sink.iceberg..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.iceberg..");

    @ArchTest
    static final ArchRule awsStaysInItsFolders = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.tributary.capture.dynamodb..",
                    "io.tributary.sink.kinesis..",
                    "io.tributary.sink.redshift..",
                    "io.tributary.sink.rejected..",
                    "io.tributary.store..",
                    // Secrets Manager and the properties of Managed Flink.
                    "io.tributary.settings..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AWS);

    @ArchTest
    static final ArchRule debeziumStaysInItsFolders = noClasses()
            .that()
            .resideOutsideOfPackages("io.tributary.capture.debezium..", "io.tributary.capture.postgres.connector..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.debezium..", "org.apache.flink.cdc..", "org.apache.kafka.connect..");

    @ArchTest
    static final ArchRule kafkaStaysInItsFolder = noClasses()
            .that()
            .resideOutsideOfPackage("io.tributary.capture.kafka..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka.clients..", "org.apache.kafka.common..", "org.apache.flink.connector.kafka..");

    @ArchTest
    static final ArchRule avroIsForEvents = noClasses()
            .that()
            .resideOutsideOfPackage("io.tributary.capture.debezium..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.avro..", "com.fasterxml.jackson.dataformat..");

    @ArchTest
    static final ArchRule tablesOfFlinkAreForQueries = noClasses()
            .that()
            .resideOutsideOfPackage("io.tributary.query..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.apache.flink.table.api..")
                    .and(nameMatching(".*(TableEnvironment|TableEnvironmentImpl|EnvironmentSettings|TableConfig)")));

    @ArchTest
    static final ArchRule yamlIsForSettings = noClasses()
            .that()
            .resideOutsideOfPackage("io.tributary.settings..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.snakeyaml..", "org.yaml..");

    @ArchTest
    static final ArchRule onlyMainStartsTheJob = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.tributary.Main")
            .should()
            .callMethodWhere(calls(StreamExecutionEnvironment.class, "execute(Async)?"));

    @ArchTest
    static final ArchRule onlyMainReadsTheEnvironment = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.tributary.Main")
            .should()
            .callMethodWhere(calls(System.class, "getenv"));

    @ArchTest
    static final ArchRule nobodyWritesToTheConsoleButMain = noClasses()
            .that()
            .resideOutsideOfPackage("io.tributary")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule usersFunctionsAreNotSeen =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.tributary.udfs..");

    @ArchTest
    static final ArchRule noNameIsEmpty = noClasses()
            .should()
            .haveNameMatching(".*\\.(Abstract\\w*|\\w+(Util|Utils|Helper|Manager|Impl|Base))(\\$.*)?");

    @ArchTest
    static final ArchRule nothingIsCalledGet = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage("io.tributary..")
            .and()
            .haveNameMatching("get[A-Z].*")
            .should(new ArchCondition<>("be what a library asks for") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                    JavaClass owner = method.getOwner();
                    boolean inherited = Stream.concat(
                                    owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
                            .anyMatch(type -> type.getMethods().stream()
                                    .anyMatch(theirs -> theirs.getName().equals(method.getName())));
                    if (!inherited) {
                        events.add(SimpleConditionEvent.violated(method, method.getFullName() + " is ours"));
                    }
                }
            })
            .allowEmptyShould(true);

    @ArchTest
    static void everyFolderSaysWhatIsNull(JavaClasses classes) {
        assertThat(classes.stream().map(JavaClass::getPackage).distinct())
                .allMatch(folder -> folder.isAnnotatedWith(NullMarked.class));
    }

    @ArchTest
    static final ArchRule classesAreFinal = classes()
            .that(not(assignableTo(Throwable.class))
                    .and(not(JavaClass.Predicates.INTERFACES))
                    .and(describe("can be final", (JavaClass type) -> !type.isEnum() && !type.isAnonymousClass())))
            .should()
            .haveModifier(JavaModifier.FINAL);

    /** Each package in a folder is a room of its own, and so is the folder itself. */
    private static SliceAssignment roomsOf(String folder) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getPackageName();
                boolean isInside = name.equals(folder) || name.startsWith(folder + ".");
                return isInside ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "rooms of " + folder;
            }
        };
    }

    private static DescribedPredicate<JavaMethodCall> calls(Class<?> owner, String name) {
        return describe(
                owner.getSimpleName() + "." + name + " is called",
                call -> call.getTargetOwner().isAssignableTo(owner)
                        && call.getName().matches(name));
    }
}
