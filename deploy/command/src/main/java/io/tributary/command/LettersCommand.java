package io.tributary.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.iceberg.catalog.TableIdentifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lists what nobody could take. */
@Command(
        name = "letters",
        sortOptions = false,
        description = {
            "List the dead letters, the newest first: when, of which table, and why.",
            "Where the cause of those of a table of PostgreSQL is gone, resync --table <name> asks for its rows again."
        })
final class LettersCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private SettingsOption settings = new SettingsOption();

    @Option(
            names = "--table",
            paramLabel = "<name>",
            defaultValue = "",
            description = "those of this table; all by default")
    private String table = "";

    @Option(
            names = "--rows",
            paramLabel = "<number>",
            defaultValue = "100",
            description = "how many are shown at most [100]")
    private int most;

    @Option(names = "--json", description = "print each as a JSON object, a line each")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (most < 1) {
            throw new ParameterException(spec.commandLine(), "--rows cannot be " + most + ": it takes a number from 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        GivenSettings given = GivenSettings.read(settings.location());
        Lake lake = Lake.of(given);
        TableIdentifier name = TableIdentifier.of(lake.namespace(), given.text("rejected.table", "dead_letters"));
        List<DeadLetters.Letter> letters = DeadLetters.newest(lake.loadCatalog(), name, table, most);
        if (json) {
            for (DeadLetters.Letter letter : letters) {
                out.println(JSON.writeValueAsString(letter));
            }
            return 0;
        }
        for (DeadLetters.Letter letter : letters) {
            out.println(letter.at() + "  " + letter.table() + "  " + letter.reason());
        }
        TreeSet<String> tables = new TreeSet<>();
        letters.forEach(letter -> tables.add(letter.table()));
        out.println(
                letters.isEmpty()
                        ? "There are none" + (table.isEmpty() ? "" : " of table " + table)
                        : letters.size() + " shown, of " + String.join(", ", tables)
                                + "; their records are in the column raw of " + name);
        return 0;
    }
}
