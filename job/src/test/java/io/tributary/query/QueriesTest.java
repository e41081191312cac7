package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

final class QueriesTest {

    @Test
    void compilesTheSqlFilesOfTheShop() {
        Problems problems = new Problems();
        Queries queries =
                Queries.compile(settings(Map.of("sql.directory", "../sql"), problems), ShopTables.ALL, problems);

        assertThat(problems.sentences()).isEmpty();
        assertThat(queries.outputs().keySet()).containsExactly("clean_customers", "order_details", "daily_revenue");
        assertThat(queries.tablesRead()).containsExactly("customers", "order_lines", "orders", "products");
    }

    static QuerySettings settings(Map<String, String> values, Problems problems) {
        return QuerySettings.from(Configuration.fromMap(values), new Secrets(name -> null, name -> null), problems);
    }
}
