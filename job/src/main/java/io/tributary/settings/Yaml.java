package io.tributary.settings;

import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A text in YAML that is one mapping. */
public final class Yaml {

    private Yaml() {}

    /**
     * In the order of the text; empty, with a problem unless there is nothing in it, if it is none.
     *
     * @param name how messages call it
     * @param contents what it should be a mapping of
     */
    public static Map<?, ?> mapping(String name, String contents, String text, Problems problems) {
        Object root;
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(name)
                    .setAllowDuplicateKeys(false)
                    .build();
            root = new Load(settings).loadFromString(text);
        } catch (YamlEngineException e) {
            problems.add(name + " is not valid YAML" + where(e));
            return Map.of();
        }
        if (root == null) {
            return Map.of();
        }
        if (!(root instanceof Map)) {
            problems.add(name + " has to be a mapping of " + contents + ", not "
                    + root.getClass().getSimpleName());
            return Map.of();
        }
        return (Map<?, ?>) root;
    }

    /** The parser's own message repeats what stands there, which may be a secret. */
    private static String where(YamlEngineException e) {
        if (!(e instanceof MarkedYamlEngineException)) {
            return "";
        }
        return ((MarkedYamlEngineException) e)
                .getProblemMark()
                .map(mark -> ": see line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                .orElse("");
    }
}
