package io.tributary.change;

import org.jspecify.annotations.Nullable;

/**
 * What a table may be called in the pipeline. Targets make folders, files and objects of the name, so it may lead nowhere:
 * neither out of the folder of a warehouse nor to nothing at all. Everything else is a name, for who makes SQL or a path of it
 * has to quote it.
 */
public final class TableName {

    private TableName() {}

    /** The end of a sentence that began with what gives the name: why no table has it and what to do; null if one can. */
    public static @Nullable String problem(String name) {
        String fault = fault(name);
        return fault == null
                ? null
                : "no table can be named '" + printable(name) + "', which " + fault + ": give it another name, as"
                        + " <table>=<name>";
    }

    private static @Nullable String fault(String name) {
        if (name.isBlank()) {
            return "is empty";
        }
        if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            return "holds a separator of paths";
        }
        if (name.equals(".") || name.contains("..")) {
            return "leads out of the folder of its target";
        }
        return name.chars().anyMatch(Character::isISOControl) ? "holds a control character" : null;
    }

    private static String printable(String name) {
        return name.codePoints()
                .map(character -> Character.isISOControl(character) ? ' ' : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
