package io.tributary.local;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

/** Which room may know which. Floors from the top: demo, benchmark and container; shop and verify; service; arguments. */
@AnalyzeClasses(packages = "io.tributary.local", importOptions = ImportOption.DoNotIncludeTests.class)
final class FloorsTest {

    private static final String ARGUMENTS = "io.tributary.local.arguments..";
    private static final String BENCHMARK = "io.tributary.local.benchmark..";
    private static final String CONTAINER = "io.tributary.local.container..";
    private static final String DEMO = "io.tributary.local.demo..";
    private static final String SERVICE = "io.tributary.local.service..";
    private static final String SHOP = "io.tributary.local.shop..";
    private static final String VERIFY = "io.tributary.local.verify..";

    /** A rule over no classes holds: so it is made sure that there are some, in these rooms and in no other. */
    @ArchTest
    static void theRulesSeeEveryRoom(JavaClasses classes) {
        assertThat(classes.stream().map(JavaClass::getPackageName).distinct())
                .containsExactlyInAnyOrder(
                        "io.tributary.local.arguments",
                        "io.tributary.local.benchmark",
                        "io.tributary.local.benchmark.contender",
                        "io.tributary.local.benchmark.flink",
                        "io.tributary.local.benchmark.measure",
                        "io.tributary.local.benchmark.report",
                        "io.tributary.local.container",
                        "io.tributary.local.demo",
                        "io.tributary.local.service",
                        "io.tributary.local.service.dynamodb",
                        "io.tributary.local.service.kafka",
                        "io.tributary.local.shop",
                        "io.tributary.local.verify");
        assertThat(classes.get("io.tributary.local.demo.Demo").getDirectDependenciesFromSelf())
                .extracting(dependency -> dependency.getTargetClass().getSimpleName())
                .contains("Arguments", "WarehouseFeed", "Ends");
    }

    @ArchTest
    static final ArchRule thereAreNoCircles =
            slices().matching("io.tributary.local.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theDemoDoesNotKnowItsNeighbours = noClasses()
            .that()
            .resideInAPackage(DEMO)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BENCHMARK, CONTAINER);

    @ArchTest
    static final ArchRule theBenchmarkDoesNotKnowItsNeighbours = noClasses()
            .that()
            .resideInAPackage(BENCHMARK)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DEMO, CONTAINER);

    @ArchTest
    static final ArchRule containersDoNotKnowTheirNeighbours = noClasses()
            .that()
            .resideInAPackage(CONTAINER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DEMO, BENCHMARK);

    @ArchTest
    static final ArchRule whatIsBelowDoesNotKnowTheTop = noClasses()
            .that()
            .resideInAnyPackage(SHOP, VERIFY, SERVICE, ARGUMENTS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DEMO, BENCHMARK, CONTAINER);

    @ArchTest
    static final ArchRule theShopDoesNotKnowWhoComparesIt = noClasses()
            .that()
            .resideInAPackage(SHOP)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(VERIFY);

    /** So it compares any pipeline, and not the demo's alone. */
    @ArchTest
    static final ArchRule verifyKnowsNeitherShopNorServices = noClasses()
            .that()
            .resideInAPackage(VERIFY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SHOP, SERVICE);

    @ArchTest
    static final ArchRule servicesKnowNobodyAbove = noClasses()
            .that()
            .resideInAPackage(SERVICE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SHOP, VERIFY, ARGUMENTS);

    @ArchTest
    static final ArchRule systemsDoNotKnowEachOther =
            slices().matching("io.tributary.local.service.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule whatAllServicesShareKnowsNoneOfThem = noClasses()
            .that()
            .resideInAPackage("io.tributary.local.service")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.tributary.local.service.*..");

    /** Its source is run by itself, before anything is built. */
    @ArchTest
    static final ArchRule argumentsKnowTheJdk = classes()
            .that()
            .resideInAPackage(ARGUMENTS)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(ARGUMENTS, "java..", "org.jspecify..");

    @ArchTest
    static void everyRoomSaysWhatIsNull(JavaClasses classes) {
        assertThat(classes.stream().map(JavaClass::getPackage).distinct())
                .allMatch(room -> room.isAnnotatedWith(NullMarked.class));
    }

    @ArchTest
    static final ArchRule classesAreFinal = classes()
            .that(not(assignableTo(Throwable.class))
                    .and(not(JavaClass.Predicates.INTERFACES))
                    .and(describe("can be final", (JavaClass type) -> !type.isEnum() && !type.isAnonymousClass())))
            .should()
            .haveModifier(JavaModifier.FINAL);

    @ArchTest
    static final ArchRule noNameIsEmpty = noClasses()
            .should()
            .haveNameMatching(".*\\.(Abstract\\w*|\\w+(Util|Utils|Helper|Manager|Impl|Base))(\\$.*)?");
}
