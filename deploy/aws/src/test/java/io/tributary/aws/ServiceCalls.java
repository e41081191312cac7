package io.tributary.aws;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The calls of AWS services that stand in bytecode, as actions of policies. */
final class ServiceCalls {

    /** The clients of both generations of AWS's library, under whatever name a jar hides them. */
    private static final Pattern CLIENT = Pattern.compile(
            ".*(?:awssdk|amazonaws)\\.services\\.(\\w+)\\.(?:Amazon)?(?:DynamoDb|Glue|Kinesis|S3|SecretsManager)(?:Async)?(?:Client)?");

    private static final Set<String> NO_CALLS = Set.of(
            "builder",
            "close",
            "create",
            "serviceClientConfiguration",
            "shutdown",
            "waiter",
            "utilities",
            "serviceName");

    /** Where an action is not named like its call. */
    private static final Map<String, String> ACTIONS = Map.of(
            "s3:ListObjectsV2", "s3:ListBucket",
            "s3:HeadObject", "s3:GetObject",
            "s3:DeleteObjects", "s3:DeleteObject",
            "s3:CreateMultipartUpload", "s3:PutObject",
            "s3:UploadPart", "s3:PutObject",
            "s3:CompleteMultipartUpload", "s3:PutObject");

    private ServiceCalls() {}

    /** Of the job's own classes with these simple names. */
    static Set<String> ofJob(Predicate<String> names) {
        return of(Job.CLASSES.stream()
                .filter(each -> names.test(each.getSimpleName()))
                .toList());
    }

    private static boolean isOfThisModule(Location location) {
        return location.contains("/io/tributary/aws/") || location.contains("/io/tributary/local/");
    }

    /** Of some classes, by their names. */
    static Set<String> of(String... names) throws ClassNotFoundException {
        List<Class<?>> classes = new ArrayList<>();
        for (String name : names) {
            classes.add(Class.forName(name, false, ServiceCalls.class.getClassLoader()));
        }
        return of(new ClassFileImporter().importClasses(classes));
    }

    private static Set<String> of(Collection<JavaClass> classes) {
        Set<String> actions = new TreeSet<>();
        for (JavaClass each : classes) {
            for (JavaMethodCall call : each.getMethodCallsFromSelf()) {
                Matcher client = CLIENT.matcher(call.getTargetOwner().getName());
                if (client.matches() && !NO_CALLS.contains(call.getName())) {
                    actions.add(action(client.group(1), call.getName()));
                }
            }
        }
        return actions;
    }

    private static String action(String service, String method) {
        String name = method.replaceFirst("(Paginator|AsBytes)$", "");
        String action = service + ":" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        return ACTIONS.getOrDefault(action, action);
    }

    /** Read once. */
    private static final class Job {
        private static final JavaClasses CLASSES = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !isOfThisModule(location))
                .importPackages("io.tributary");
    }
}
