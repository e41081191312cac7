package io.tributary.sink.redshift;

import java.util.List;

/** A stored procedure without arguments: its statements run in one transaction, all or none. */
final class Procedure {

    private final String name;
    private final String declarations;
    private final List<String> statements;

    /**
     * @param name qualified and quoted
     * @param declarations from DECLARE on
     * @param statements without semicolons
     */
    Procedure(String name, String declarations, List<String> statements) {
        this.name = name;
        this.declarations = declarations;
        this.statements = List.copyOf(statements);
    }

    List<String> statements() {
        return statements;
    }

    /** The same procedure with other statements. */
    Procedure withStatements(List<String> others) {
        return new Procedure(name, declarations, others);
    }

    String call() {
        return call(name);
    }

    /** @param name qualified and quoted */
    static String call(String name) {
        return "CALL " + name + "()";
    }

    String create(WarehouseDialect dialect) {
        return create("") + dialect.castsToNull();
    }

    /** @param mode what stands behind its name: in what transactions its statements run; by default in one */
    String create(String mode) {
        StringBuilder body = new StringBuilder(declarations).append("\nBEGIN\n");
        statements.forEach(statement -> body.append(statement).append(";\n"));
        body.append("END;\n");
        String quote = quoteFor(body);
        return "CREATE OR REPLACE PROCEDURE " + name + "()" + mode + " AS " + quote + "\n" + body + quote
                + " LANGUAGE plpgsql";
    }

    /** Two dollar signs, unless the body has them, as names may; then with a word in between that it does not have. */
    private static String quoteFor(StringBuilder body) {
        String quote = "$$";
        for (int i = 1; body.indexOf(quote) >= 0; i++) {
            quote = "$body" + i + "$";
        }
        return quote;
    }
}
