package io.tributary.capture.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.ColumnSettings;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** The table t, whose key the settings declare. */
public final class DeclaredTable {

    private DeclaredTable() {}

    public static ItemTable of(Map<String, String> settings) {
        Problems problems = new Problems();
        // As env:KEY of Rules.
        Secrets secrets = new Secrets(name -> "0123456789abcdef0123456789" + name + "abcdef", name -> null);
        Given given = Given.of(Configuration.fromMap(settings), secrets, problems);
        ItemTable table = TableSettings.from(
                        "t", "t", given.table("t"), ColumnSettings.from(given).of("t"))
                .captured(problems);
        assertThat(problems.sentences()).isEmpty();
        return table;
    }
}
