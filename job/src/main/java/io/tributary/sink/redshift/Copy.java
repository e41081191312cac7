package io.tributary.sink.redshift;

import io.tributary.store.StoreLocation;

/**
 * The statement by which Redshift reads the files of a manifest into a table that has one column, a SUPER: each line of a file is a
 * JSON object that becomes a row.
 */
final class Copy {

    /** Where the rows are, in the transaction that copies them. */
    static final String TABLE = "tributary_files";

    private Copy() {}

    /** @param manifest as a URL */
    static String statement(String manifest, StoreLocation location, RedshiftSettings settings) {
        WarehouseDialect dialect = settings.dialect();
        String role = settings.iamRole();
        return "COPY " + TABLE + " FROM " + dialect.literal(manifest) + "\nIAM_ROLE "
                + (role.isEmpty() || role.equals("default") ? "default" : dialect.literal(role))
                + "\nFORMAT JSON 'noshred' GZIP MANIFEST"
                + (location.region() == null ? "" : "\nREGION " + dialect.literal(location.region()));
    }
}
