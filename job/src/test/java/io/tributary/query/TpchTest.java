package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The 22 queries of TPC-H over its tables, whose columns are all NOT NULL, group by what the specification groups by. They
 * differ from its text as follows, each for a reason:
 *
 * <ul>
 *   <li>ORDER BY stands only where there is a LIMIT: the rows of a table have no order.
 *   <li>Q6, Q14, Q17 and Q19 make one row, which has no column that could be its key; so they have a constant beside it.
 *   <li>Q15 has its view as WITH, which the specification allows.
 *   <li>Q22 groups by SUBSTRING, which may be NULL for Flink: there, and only there, is a COALESCE.
 *   <li>{@code value} is a reserved word, and what is summed in Q18 has a name.
 * </ul>
 */
@Tag("slow")
final class TpchTest {

    private static final Path QUERIES = Path.of("src/test/resources/tpch");

    private static final Map<String, Schema> TABLES = tables(
            table("region", "r_regionkey", "r_regionkey INT", "r_name STRING", "r_comment STRING"),
            table("nation", "n_nationkey", "n_nationkey INT", "n_name STRING", "n_regionkey INT", "n_comment STRING"),
            table(
                    "part",
                    "p_partkey",
                    "p_partkey INT",
                    "p_name STRING",
                    "p_mfgr STRING",
                    "p_brand STRING",
                    "p_type STRING",
                    "p_size INT",
                    "p_container STRING",
                    "p_retailprice DECIMAL(15, 2)",
                    "p_comment STRING"),
            table(
                    "supplier",
                    "s_suppkey",
                    "s_suppkey INT",
                    "s_name STRING",
                    "s_address STRING",
                    "s_nationkey INT",
                    "s_phone STRING",
                    "s_acctbal DECIMAL(15, 2)",
                    "s_comment STRING"),
            table(
                    "partsupp",
                    "ps_partkey, ps_suppkey",
                    "ps_partkey INT",
                    "ps_suppkey INT",
                    "ps_availqty INT",
                    "ps_supplycost DECIMAL(15, 2)",
                    "ps_comment STRING"),
            table(
                    "customer",
                    "c_custkey",
                    "c_custkey INT",
                    "c_name STRING",
                    "c_address STRING",
                    "c_nationkey INT",
                    "c_phone STRING",
                    "c_acctbal DECIMAL(15, 2)",
                    "c_mktsegment STRING",
                    "c_comment STRING"),
            table(
                    "orders",
                    "o_orderkey",
                    "o_orderkey BIGINT",
                    "o_custkey INT",
                    "o_orderstatus STRING",
                    "o_totalprice DECIMAL(15, 2)",
                    "o_orderdate DATE",
                    "o_orderpriority STRING",
                    "o_clerk STRING",
                    "o_shippriority INT",
                    "o_comment STRING"),
            table(
                    "lineitem",
                    "l_orderkey, l_linenumber",
                    "l_orderkey BIGINT",
                    "l_partkey INT",
                    "l_suppkey INT",
                    "l_linenumber INT",
                    "l_quantity DECIMAL(15, 2)",
                    "l_extendedprice DECIMAL(15, 2)",
                    "l_discount DECIMAL(15, 2)",
                    "l_tax DECIMAL(15, 2)",
                    "l_returnflag STRING",
                    "l_linestatus STRING",
                    "l_shipdate DATE",
                    "l_commitdate DATE",
                    "l_receiptdate DATE",
                    "l_shipinstruct STRING",
                    "l_shipmode STRING",
                    "l_comment STRING"));

    @TempDir
    private Path folder;

    @Test
    void groupsByWhatIsNotNullInTheSource() {
        Problems problems = new Problems();

        Queries queries = compile(QUERIES, problems, true);

        assertThat(problems.sentences()).isEmpty();
        assertThat(queries.outputs()).hasSize(22);
        assertThat(queries.tablesRead()).isEqualTo(TABLES.keySet());
    }

    @Test
    void needsCoalesceWhereItMayBeNull() throws IOException {
        Problems problems = new Problems();
        compile(QUERIES, problems, false);
        assertThat(problems.sentences()).hasSizeGreaterThan(10).allMatch(sentence -> sentence.contains("may be NULL"));

        Files.writeString(
                folder.resolve("q22.sql"),
                Files.readString(QUERIES.resolve("q22.sql"))
                        .replace("COALESCE(SUBSTRING(c_phone FROM 1 FOR 2), '')", "SUBSTRING(c_phone FROM 1 FOR 2)"));
        Problems ofQ22 = new Problems();
        compile(folder, ofQ22, true);
        assertThat(ofQ22.sentences()).singleElement().asString().contains("the key column cntrycode may be NULL");
    }

    @Test
    void hasCoalesceInQ22Alone() throws IOException {
        try (Stream<Path> files = Files.list(QUERIES)) {
            for (Path file : files.sorted().toList()) {
                assertThat(Files.readString(file).contains("COALESCE"))
                        .as(file.toString())
                        .isEqualTo(file.endsWith("q22.sql"));
            }
        }
    }

    private static Queries compile(Path folder, Problems problems, boolean isNotNull) {
        Map<String, RequiredColumns> required = new HashMap<>();
        TABLES.forEach((name, schema) -> required.put(
                name,
                RequiredColumns.of(
                        schema.columns().stream().map(column -> column.name()).toList(), 0, -1)));
        QuerySettings settings = QuerySettings.from(Given.of(
                Configuration.fromMap(Map.of("sql.directory", folder.toString())),
                new Secrets(name -> null, name -> null),
                problems));
        return Queries.compile(settings, TABLES, isNotNull ? required : Map.of(), Set.of(), problems);
    }

    /** Columns of the key are not null in every schema. */
    private static Schema table(String name, String key, String... columns) {
        List<String> keys = List.of(key.split(", "));
        return Rows.table(
                name,
                key,
                Arrays.stream(columns)
                        .map(column -> column + (keys.contains(column.split(" ")[0]) ? " NOT NULL" : ""))
                        .toArray(String[]::new));
    }

    private static Map<String, Schema> tables(Schema... schemas) {
        Map<String, Schema> tables = new HashMap<>();
        for (Schema schema : schemas) {
            tables.put(schema.table(), schema);
        }
        return tables;
    }
}
