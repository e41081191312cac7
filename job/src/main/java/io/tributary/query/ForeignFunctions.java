package io.tributary.query;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Functions that other databases have, PostgreSQL above all, and what Flink SQL has in their place. */
final class ForeignFunctions {

    /** Functions of Flink SQL that its own list of functions does not name, or not as SQL does. */
    static final Set<String> UNLISTED = Set.of(
            "ROW_NUMBER",
            "RANK",
            "DENSE_RANK",
            "NULLIF",
            "INITCAP",
            "LISTAGG",
            "TIMESTAMPADD",
            "TIMESTAMPDIFF",
            "DAYOFYEAR",
            "DAYOFMONTH",
            "DAYOFWEEK",
            "QUARTER",
            "CHARACTER_LENGTH",
            "CONVERT_TZ",
            "HASH_CODE",
            "IF");

    private static final String JSON = "use JSON_VALUE(column, '$.name') or JSON_QUERY";
    private static final String PATTERN = "use REGEXP_EXTRACT(text, pattern, group)";
    private static final String DATE_PART = "use EXTRACT(DAY FROM time)";

    static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("AGE", "use TIMESTAMPDIFF(DAY, from, to)"),
            Map.entry("ARRAY_LENGTH", "use CARDINALITY(array)"),
            Map.entry("ARRAY_TO_STRING", "use ARRAY_JOIN(array, separator)"),
            Map.entry("BOOL_AND", "use MIN(CASE WHEN condition THEN 1 ELSE 0 END) = 1"),
            Map.entry("BOOL_OR", "use MAX(CASE WHEN condition THEN 1 ELSE 0 END) = 1"),
            Map.entry("DATE_PART", DATE_PART),
            Map.entry("DATE_TRUNC", "use FLOOR(time TO DAY)"),
            Map.entry("DATEDIFF", "use TIMESTAMPDIFF(DAY, from, to)"),
            Map.entry(
                    "GEN_RANDOM_UUID",
                    "it would differ each time a row is computed; build an id from the key's columns"),
            Map.entry("ISNULL", "use COALESCE(value, other)"),
            Map.entry("JSON_AGG", "use JSON_ARRAYAGG(value)"),
            Map.entry("JSON_BUILD_OBJECT", "use JSON_OBJECT('name' VALUE value)"),
            Map.entry("JSON_EXTRACT", JSON),
            Map.entry("JSON_EXTRACT_PATH_TEXT", JSON),
            Map.entry("JSONB_AGG", "use JSON_ARRAYAGG(value)"),
            Map.entry("JSONB_BUILD_OBJECT", "use JSON_OBJECT('name' VALUE value)"),
            Map.entry("JSONB_EXTRACT_PATH_TEXT", JSON),
            Map.entry("LEN", "use CHAR_LENGTH(text)"),
            Map.entry("LENGTH", "use CHAR_LENGTH(text)"),
            Map.entry("NVL", "use COALESCE(value, other)"),
            Map.entry("RANDOM", "it would differ each time a row is computed"),
            Map.entry("REGEXP_MATCH", PATTERN),
            Map.entry("REGEXP_MATCHES", PATTERN),
            Map.entry("SPLIT_PART", "use SPLIT_INDEX(text, separator, index), which counts from 0"),
            Map.entry("STRING_AGG", "use LISTAGG(text, separator)"),
            Map.entry("STRING_TO_ARRAY", "use SPLIT(text, separator)"),
            Map.entry("STRPOS", "use LOCATE(part, text)"),
            Map.entry("TO_CHAR", "use DATE_FORMAT(time, 'yyyy-MM-dd')"),
            Map.entry("TO_NUMBER", "use CAST(text AS DECIMAL(12, 2))"));

    private ForeignFunctions() {}

    static boolean isOne(String name) {
        return INSTEAD.containsKey(name.toUpperCase(Locale.ROOT));
    }
}
