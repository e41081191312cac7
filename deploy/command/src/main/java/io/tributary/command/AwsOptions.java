package io.tributary.command;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What a pipeline on AWS needs beside the database. */
final class AwsOptions {

    @Option(names = "--region", paramLabel = "<region>", description = "of everything, such as eu-central-1")
    private @Nullable String region;

    @Option(names = "--bucket", paramLabel = "<bucket>", description = "that the tables and the SQL files are in")
    private @Nullable String bucket;

    @Option(
            names = "--redshift-url",
            paramLabel = "<url>",
            description = "of the warehouse, as jdbc:redshift://host:5439/database")
    private @Nullable String url;

    @Option(
            names = "--redshift-role",
            paramLabel = "<arn>",
            description = "of the role by which Redshift reads the stream, or default for the cluster's own [default]")
    private String role = "default";

    void check(CommandLine command) {
        List<String> missing = new ArrayList<>();
        if (region == null) {
            missing.add("--region is missing: of everything, such as eu-central-1");
        }
        if (bucket == null) {
            missing.add("--bucket is missing: that the tables are in");
        }
        if (!missing.isEmpty()) {
            throw new CommandLine.ParameterException(command, String.join(System.lineSeparator(), missing));
        }
    }

    void write(FirstSettings settings, String pipeline) {
        settings.glue(pipeline, requireNonNull(bucket), requireNonNull(region));
        if (url != null) {
            settings.redshift(pipeline, url, role, requireNonNull(region));
        }
    }
}
