package io.tributary.aws;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.cxapi.CloudAssembly;

/** Makes the CloudFormation templates. What CloudFormation would refuse is an error here. */
final class Synthesis {

    /** Findings of the rules that come with the CDK are errors, not notes. */
    private static final Map<String, Object> CONTEXT = Map.of("@aws-cdk/core:validateAgainstDefaultRules", true);

    private final App app;
    private final Deployment deployment;

    private Synthesis(App app, Deployment deployment) {
        this.app = app;
        this.deployment = deployment;
    }

    static Synthesis of(
            Parameters parameters, GivenSettings settings, Artifacts artifacts, boolean keepsData, Path out) {
        App app = new App(AppProps.builder()
                .outdir(out.toString())
                .context(CONTEXT)
                .analyticsReporting(false)
                .build());
        StackProps.Builder props = StackProps.builder()
                .stackName(parameters.name())
                .description("Tributary: every change of databases in Iceberg and Redshift")
                .tags(Map.of("tributary", parameters.name()));
        if (parameters.isGiven("--region")) {
            Environment.Builder environment = Environment.builder().region(parameters.value("--region"));
            if (parameters.isGiven("--account")) {
                environment.account(parameters.value("--account"));
            }
            props.env(environment.build());
        }
        return new Synthesis(app, new Deployment(app, props.build(), parameters, settings, artifacts, keepsData));
    }

    App app() {
        return app;
    }

    Deployment deployment() {
        return deployment;
    }

    /** Writes the templates and what they refer to. */
    CloudAssembly write() {
        return app.synth();
    }

    Set<String> replaced() {
        return deployment.replaced();
    }
}
