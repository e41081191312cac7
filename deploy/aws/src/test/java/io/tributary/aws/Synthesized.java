package io.tributary.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.cxapi.CloudAssembly;
import software.amazon.awscdk.cxapi.SynthesisMessageLevel;

/** A template, made once for all tests that look at it. */
final class Synthesized {

    static final String SETTINGS = "src/test/resources/shop.yaml";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<List<String>, Synthesized> MADE = new LinkedHashMap<>();

    private final Synthesis synthesis;
    private final JsonNode template;
    private final List<String> findings;

    private Synthesized(Synthesis synthesis, JsonNode template, List<String> findings) {
        this.synthesis = synthesis;
        this.template = template;
        this.findings = findings;
    }

    /** Everything there is: all sources, all targets. */
    static Synthesized whole() {
        return of(
                "--database",
                "aurora",
                "--tables",
                "create",
                "--warehouse",
                "serverless",
                "--alarms-to",
                "a@example.com");
    }

    static Synthesized of(String... options) {
        return of(true, options);
    }

    static synchronized Synthesized of(boolean keepsData, String... options) {
        List<String> key = new ArrayList<>(List.of(options));
        key.add(String.valueOf(keepsData));
        return MADE.computeIfAbsent(key, unused -> synthesize(keepsData, deployment -> {}, options));
    }

    /** The smallest, with something more in it. */
    static Synthesized with(Consumer<Deployment> more) {
        return synthesize(
                true, more, "--settings", "src/test/resources/yours.yaml", "--without", "network,lake,alarms");
    }

    private static Synthesized synthesize(boolean keepsData, Consumer<Deployment> more, String... options) {
        try {
            Path folder = Files.createTempDirectory("synthesis");
            try {
                List<String> arguments = new ArrayList<>(List.of("plan"));
                if (!List.of(options).contains("--settings")) {
                    arguments.addAll(List.of("--settings", SETTINGS));
                }
                arguments.addAll(List.of(options));
                Path jar = Files.writeString(folder.resolve("job.jar"), "a jar");
                Path functions = Files.createDirectory(folder.resolve("functions"));
                Files.writeString(functions.resolve("code.jar"), "code");
                Parameters parameters = Parameters.of(arguments.toArray(String[]::new));
                Synthesis synthesis = Synthesis.of(
                        parameters,
                        GivenSettings.read(parameters.value("--settings")),
                        new Artifacts(jar, functions),
                        keepsData,
                        folder.resolve("out"));
                more.accept(synthesis.deployment());
                Aspects.of(synthesis.app())
                        .add(AwsSolutionsChecks.Builder.create().reports(false).build());
                CloudAssembly assembly = synthesis.write();
                List<String> findings = assembly.getStackByName(parameters.name()).getMessages().stream()
                        .filter(message -> message.getLevel() != SynthesisMessageLevel.INFO)
                        .map(message ->
                                message.getId() + ": " + message.getEntry().getData())
                        .toList();
                JsonNode template = JSON.readTree(folder.resolve("out")
                        .resolve(parameters.name() + ".template.json")
                        .toFile());
                return new Synthesized(synthesis, template, findings);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What the rules of AWS Solutions, and the CDK itself, have to say. */
    List<String> findings() {
        return findings;
    }

    Synthesis synthesis() {
        return synthesis;
    }

    JsonNode template() {
        return template;
    }

    /** The properties of all resources of a type, by their names in the template. */
    Map<String, JsonNode> resources(String type) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        template.path("Resources").properties().forEach(entry -> {
            if (entry.getValue().path("Type").asText().equals(type)) {
                found.put(entry.getKey(), entry.getValue().path("Properties"));
            }
        });
        return found;
    }

    /** The only one of its type. */
    JsonNode only(String type) {
        Map<String, JsonNode> found = resources(type);
        if (found.size() != 1) {
            throw new AssertionError(type + ": " + found.keySet());
        }
        return found.values().iterator().next();
    }

    /** The only one of its type whose name begins so. */
    JsonNode only(String type, String prefix) {
        return resources(type).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .map(Map.Entry::getValue)
                .reduce((one, other) -> {
                    throw new AssertionError(type + " " + prefix);
                })
                .orElseThrow();
    }

    /** Of the state machine whose name begins so. */
    String definition(String prefix) {
        return resolved(only("AWS::StepFunctions::StateMachine", prefix).path("DefinitionString"));
    }

    /** The statements of all policies of roles, by the name of the policy. */
    Map<String, List<JsonNode>> statements() {
        Map<String, List<JsonNode>> found = new LinkedHashMap<>();
        resources("AWS::IAM::Policy").forEach((name, policy) -> {
            List<JsonNode> statements = new ArrayList<>();
            policy.at("/PolicyDocument/Statement").forEach(statements::add);
            found.put(name, statements);
        });
        resources("AWS::IAM::Role")
                .forEach((name, role) -> role.path("Policies").forEach(inline -> {
                    List<JsonNode> statements = new ArrayList<>();
                    inline.at("/PolicyDocument/Statement").forEach(statements::add);
                    found.put(name, statements);
                }));
        return found;
    }

    /** One text or a list of them. */
    static List<String> texts(JsonNode value) {
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(each -> texts.add(each.asText()));
        } else {
            texts.add(value.asText());
        }
        return texts;
    }

    /** A value as it may be once it is deployed: what is known only then has some name. */
    static String resolved(JsonNode value) {
        if (value.isValueNode()) {
            return value.asText();
        }
        if (value.has("Ref")) {
            return value.get("Ref").asText().equals("AWS::Region") ? "us-east-1" : "x-" + letters(value.get("Ref"));
        }
        if (value.has("Fn::GetAtt")) {
            return "x-" + letters(value.get("Fn::GetAtt"));
        }
        if (value.has("Fn::Join")) {
            StringBuilder text = new StringBuilder();
            String between = value.get("Fn::Join").get(0).asText();
            StreamSupport.stream(value.get("Fn::Join").get(1).spliterator(), false)
                    .forEach(part -> text.append(text.isEmpty() ? "" : between).append(resolved(part)));
            return text.toString();
        }
        throw new AssertionError(value);
    }

    private static String letters(JsonNode name) {
        return name.toString().replaceAll("[^A-Za-z0-9]", "").toLowerCase(java.util.Locale.ROOT);
    }
}
