package io.tributary.query;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/** Compiles SQL files of the documentation, over the shop's tables. */
public final class DocumentedSql {

    private DocumentedSql() {}

    /** What is wrong with the files in a folder. */
    public static List<String> problems(Path folder) {
        Configuration configuration = new Configuration();
        configuration.setString("sql.directory", folder.toString());
        Problems problems = new Problems();
        QuerySettings settings =
                QuerySettings.from(Given.of(configuration, new Secrets(name -> null, name -> null), problems));
        Queries.compile(settings, ShopTables.ALL, problems);
        return problems.sentences();
    }
}
