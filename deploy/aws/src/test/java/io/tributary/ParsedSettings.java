package io.tributary;

import io.tributary.settings.ApplicationProperties;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** Property groups as the job reads them: its own reader, its own check. */
public final class ParsedSettings {

    private final Configuration configuration;
    private final Settings settings;

    private ParsedSettings(Configuration configuration, Settings settings) {
        this.configuration = configuration;
        this.settings = settings;
    }

    /** Fails as the job would; each secret has some value. */
    public static ParsedSettings of(Path groups) throws IOException {
        Problems problems = new Problems();
        Configuration configuration = ApplicationProperties.read(groups.toString(), problems);
        Secrets secrets = new Secrets(name -> null, name -> "the value of " + name);
        Settings settings = Settings.of(configuration, secrets, problems);
        problems.throwIfAny();
        return new ParsedSettings(configuration, settings);
    }

    public List<String> list(String key) {
        ConfigOption<List<String>> option =
                ConfigOptions.key(key).stringType().asList().noDefaultValue();
        return configuration.get(option);
    }

    public Map<String, String> all() {
        return new TreeMap<>(configuration.toMap());
    }

    public boolean hasWarehouse() {
        return settings.redshift().isEnabled();
    }

    public boolean hasExports() {
        return settings.exports() != null && settings.exports().isOn();
    }
}
