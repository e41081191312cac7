package io.tributary.command;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.settings.SecretsManagerStore;
import io.tributary.settings.SettingsFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DelegatingConfiguration;

/** A settings file, as far as commands read it that do without the job's checks. */
final class GivenSettings {

    private final String location;
    private final Configuration configuration;
    private final Problems problems = new Problems();
    private final Given given;

    private GivenSettings(String location, Configuration configuration) {
        this.location = location;
        this.configuration = configuration;
        given = Given.of(configuration, new Secrets(System::getenv, new SecretsManagerStore()), problems);
    }

    /** Fails with a sentence if it cannot be read. */
    static GivenSettings read(String location) {
        Problems problems = new Problems();
        Configuration configuration = new Configuration();
        try {
            configuration = SettingsFile.read(location, problems);
        } catch (IOException | IllegalArgumentException e) {
            problems.add("The settings in " + location + " cannot be read: " + e.getMessage());
        }
        problems.throwIfAny();
        return new GivenSettings(location, configuration);
    }

    String location() {
        return location;
    }

    /** What stands below {@code flink}, without that prefix. */
    Map<String, String> flink() {
        return new DelegatingConfiguration(configuration, "flink.").toMap();
    }

    String text(String key, String otherwise) {
        return configuration.get(ConfigOptions.key(key).stringType().defaultValue(otherwise));
    }

    List<String> texts(String key) {
        return configuration.get(ConfigOptions.key(key).stringType().asList().defaultValues());
    }

    /** Every key with its value, as a settings file may have them. */
    Map<String, String> all() {
        return configuration.toMap();
    }

    boolean has(String key) {
        return configuration.containsKey(key);
    }

    /** What stands below the key, with secrets resolved: for the library that it belongs to. */
    Map<String, String> properties(String key) {
        Map<String, String> properties = given.properties(key).asMap();
        problems.throwIfAny();
        return properties;
    }

    /** For the settings classes of the job. */
    Given given() {
        return given;
    }

    /** Fails if something that was read is wrong. */
    void throwIfAny() {
        problems.throwIfAny();
    }
}
