package io.tributary.sink.redshift;

import java.util.List;

/** A stored procedure without arguments: its statements run in one transaction, all or none. */
final class Procedure {

    private final String name;
    private final List<String> variables;
    private final List<String> statements;

    Procedure(String name, List<String> variables, List<String> statements) {
        this.name = name;
        this.variables = List.copyOf(variables);
        this.statements = List.copyOf(statements);
    }

    List<String> statements() {
        return statements;
    }

    /** The same procedure with other statements. */
    Procedure withStatements(List<String> others) {
        return new Procedure(name, variables, others);
    }

    String call() {
        return "CALL " + name + "()";
    }

    String create(WarehouseDialect dialect) {
        StringBuilder text =
                new StringBuilder("CREATE OR REPLACE PROCEDURE ").append(name).append("() AS $$\nDECLARE\n");
        variables.forEach(variable -> text.append("  ").append(variable).append(";\n"));
        text.append("BEGIN\n");
        statements.forEach(statement ->
                text.append("  ").append(statement.replace("\n", "\n  ")).append(";\n"));
        return text.append("END;\n$$ LANGUAGE plpgsql")
                .append(dialect.strictCasts())
                .toString();
    }
}
