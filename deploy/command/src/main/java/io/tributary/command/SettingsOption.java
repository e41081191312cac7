package io.tributary.command;

import picocli.CommandLine.Option;

/** Of which pipeline a command is. */
final class SettingsOption {

    @Option(
            names = "--settings",
            paramLabel = "<file>",
            required = true,
            description = "the YAML file of the settings: a path, or a URI")
    private String location = "";

    static SettingsOption of(String location) {
        SettingsOption option = new SettingsOption();
        option.location = location;
        return option;
    }

    /** A path, or a URI. */
    String location() {
        return location;
    }
}
