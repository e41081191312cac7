package io.tributary.settings;

import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.DuplicateKeyException;
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
            problems.add(name + " is not valid YAML" + where(e) + what(e));
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

    /** What is wrong there, as far as it can be said without what stands there; a key is no secret. */
    private static String what(YamlEngineException e) {
        String problem = e instanceof MarkedYamlEngineException
                ? String.valueOf(((MarkedYamlEngineException) e).getProblem())
                : "";
        String context = e instanceof MarkedYamlEngineException
                ? String.valueOf(((MarkedYamlEngineException) e).getContext())
                : "";
        if (e instanceof DuplicateKeyException) {
            return ", where the key " + problem.substring(problem.lastIndexOf(' ') + 1)
                    + " stands a second time: keep one of the two";
        }
        if (problem.contains("(TAB)")) {
            return ", where a tab stands: indent with spaces";
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return ", where a colon begins a second value in one line: put the text in quotes, or the key on a line of"
                    + " its own";
        }
        if (problem.startsWith("could not find expected ':'")) {
            return ", where a key has no colon behind it: write <key>: <value>";
        }
        if (context.contains("quoted scalar")) {
            return ", where a quote is not closed, or something in it cannot be read";
        }
        if (problem.startsWith("expected <block end>")) {
            return ", where a line is indented otherwise than its neighbours";
        }
        return problem.startsWith("expected ',' or") ? ", where a comma or a closing bracket is missing" : "";
    }
}
