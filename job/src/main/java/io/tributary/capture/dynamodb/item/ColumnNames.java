package io.tributary.capture.dynamodb.item;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The columns that the attributes of a table go to: their own names, unless the settings say otherwise. */
public final class ColumnNames implements Serializable {

    private static final long serialVersionUID = 1L;

    private final HashMap<String, String> renamed;
    private final boolean lowerCase;

    /**
     * @param renamed columns by attribute
     * @param lowerCase whether the others go by their names in lower case
     */
    public ColumnNames(Map<String, String> renamed, boolean lowerCase) {
        this.renamed = new HashMap<>(renamed);
        this.lowerCase = lowerCase;
    }

    public String of(String attribute) {
        if (!renamed.isEmpty()) {
            String column = renamed.get(attribute);
            if (column != null) {
                return column;
            }
        }
        return lowerCase ? attribute.toLowerCase(Locale.ROOT) : attribute;
    }
}
