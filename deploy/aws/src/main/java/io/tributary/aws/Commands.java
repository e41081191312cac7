package io.tributary.aws;

import io.tributary.settings.ProblemsException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The commands: templates are made here, and handed to the CDK's command line, which alone needs credentials. {@code plan} without
 * any shows what would be made from nothing.
 */
final class Commands {

    private static final int WRONG = 2;

    private final Parameters parameters;
    private final Path home;

    private Commands(Parameters parameters, Path home) {
        this.parameters = parameters;
        this.home = home;
    }

    /** Exits with 2 if it is asked for something that makes no sense. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("tributary.home", "."));
        try {
            System.exit(new Commands(Parameters.of(arguments), home).run());
        } catch (Parameters.WrongException e) {
            System.err.println(e.getMessage());
            System.exit(WRONG);
        } catch (ProblemsException e) {
            e.sentences().forEach(sentence -> System.err.println("- " + sentence));
            System.exit(WRONG);
        }
    }

    private int run() throws IOException, InterruptedException {
        return switch (parameters.command()) {
            case "put-records" ->
                SampleItems.put(parameters, GivenSettings.read(parameters.value("--settings")), System.out);
            case "destroy" -> destroy();
            case "apply" -> synthesize(true).deploy(parameters.isAgreed());
            default -> synthesize(true).diff();
        };
    }

    /** What is told to let go of its data has to be told by an update, before it is removed. */
    private int destroy() throws IOException, InterruptedException {
        CdkCommand cdk = synthesize(!parameters.isWithData());
        if (parameters.isWithData()) {
            System.out.println("First the stack is changed so that its data goes with it, then it is removed.");
            int changed = cdk.deploy(parameters.isAgreed());
            if (changed != 0) {
                return changed;
            }
        }
        return cdk.destroy(parameters.isAgreed());
    }

    private CdkCommand synthesize(boolean keepsData) {
        GivenSettings settings = GivenSettings.read(parameters.value("--settings"));
        Path target = home.resolve("deploy/aws/target");
        Path out = target.resolve("assembly");
        Artifacts artifacts = new Artifacts(
                home.resolve("job/target/tributary-job-" + version() + ".jar"), target.resolve("functions"));
        Synthesis synthesis = Synthesis.of(parameters, settings, artifacts, keepsData, out);
        synthesis.write();
        if (!synthesis.replaced().isEmpty()) {
            System.out.println("In place of what the settings say, the job gets what is deployed for "
                    + String.join(", ", synthesis.replaced()));
        }
        return new CdkCommand(home.resolve("deploy/aws/node_modules/.bin/cdk"), out, parameters.name());
    }

    private static String version() {
        return System.getProperty("tributary.version", "0.1.0");
    }
}
