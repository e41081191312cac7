package io.tributary.capture.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

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
        ItemTable table = TableSettings.from(
                        "t",
                        "t",
                        Given.of(Configuration.fromMap(settings), new Secrets(name -> null, name -> null), problems)
                                .table("t"))
                .captured(problems);
        assertThat(problems.sentences()).isEmpty();
        return table;
    }
}
