package io.tributary.capture.postgres.row;

import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Connected;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.capture.postgres.value.ColumnType;
import io.tributary.capture.postgres.value.Composite;
import io.tributary.capture.postgres.value.Moments;
import io.tributary.capture.postgres.value.PrintedTypes;
import io.tributary.capture.postgres.value.Ranges;
import io.tributary.capture.postgres.value.Scalar;
import io.tributary.capture.postgres.value.ScalarTypes;
import io.tributary.capture.postgres.value.ValueForm;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types of one database, by their numbers, as far as they were asked for. From a column's type number and modifier,
 * which the catalog and the slot's relation messages give alike, it says what the column becomes.
 *
 * <p>A binary form is known by the number that a type has in every database, or by the functions that print and send its values. Where
 * neither is known only the text can be read.
 *
 * <p>Assumes that a type never changes what it is; types are added and dropped. Composites do change: see {@link Composite}.
 */
public final class TypeCatalog {

    private static final String RANGE = "SELECT rngtypid FROM pg_catalog.pg_range WHERE rngmultitypid = ?";
    private static final String ATTRIBUTES = Sql.statement(TypeCatalog.class, "attributes.sql");

    private static final int TIMESTAMPTZ = 1184;

    private final Connected database;
    private final Map<Long, @Nullable CatalogType> known = new HashMap<>();
    /** By their numbers, in the upper half, and modifiers. */
    private final Map<Long, ColumnType> columnTypes = new HashMap<>();

    private @Nullable Boolean anyBytes;

    public TypeCatalog(Connected database) {
        this.database = database;
    }

    /** Whether texts may be of any encoding, so that it has to be looked whether they are UTF-8. */
    public boolean hasAnyBytes() throws SQLException {
        Boolean known = anyBytes;
        if (known == null) {
            known = new Server(database.connection()).hasAnyBytes();
            anyBytes = known;
        }
        return known;
    }

    /** What a column of this type becomes. */
    ColumnType columnType(long oid, int modifier) throws SQLException {
        long key = oid << 32 | Integer.toUnsignedLong(modifier);
        ColumnType type = columnTypes.get(key);
        if (type == null) {
            type = make(oid, modifier);
            columnTypes.put(key, type);
        }
        return type;
    }

    /**
     * The column as a SELECT has to name it for COPY in the binary format: as it is where its binary form can be read, else as the
     * text that its type's own output function prints, which a cast to text need not be.
     */
    public String select(Attribute attribute) throws SQLException {
        String name = Sql.identifier(attribute.name());
        CatalogType type = find(attribute.type());
        return type == null
                        || columnType(attribute.type(), attribute.modifier()).binary() != null
                ? name
                : "pg_catalog.textin(" + type.output + "(" + name + "))";
    }

    /** Whether an UPDATE may leave out a value of this type that it did not change: it may be stored out of line. */
    boolean isOmissible(long oid, int modifier) throws SQLException {
        CatalogType type = find(oid);
        if (type != null && type.kind == 'd') {
            return isOmissible(type.base, modifier == -1 ? type.modifier : modifier);
        }
        return type == null || type.isOmissible(modifier);
    }

    private ColumnType make(long oid, int modifier) throws SQLException {
        CatalogType type = find(oid);
        if (type == null) {
            // A type that was dropped since: its values still come as text.
            return ColumnType.string(null);
        }
        switch (type.kind) {
            case 'd':
                return columnType(type.base, modifier == -1 ? type.modifier : modifier);
            case 'c':
                return composite(type);
            case 'r':
                return range(type);
            case 'm':
                return multirange(type);
            default:
                return type.isArray() ? array(type, modifier) : scalar(type, modifier);
        }
    }

    private static ColumnType scalar(CatalogType type, int modifier) {
        ColumnType scalar = ScalarTypes.of(type.oid, modifier);
        if (scalar == null) {
            scalar = PrintedTypes.of(type.oid, type.sends);
        }
        return scalar == null ? ColumnType.string(type.isText() ? Scalar.STRING : null) : scalar;
    }

    private ColumnType array(CatalogType type, int modifier) throws SQLException {
        ColumnType array = ColumnType.array(columnType(type.element, modifier));
        return type.sends.equals("array_send") ? array : array.textOnly();
    }

    private ColumnType composite(CatalogType type) throws SQLException {
        List<Attribute> attributes = new ArrayList<>();
        try (PreparedStatement statement = database.connection().prepareStatement(ATTRIBUTES)) {
            statement.setLong(1, type.relation);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    attributes.add(new Attribute(result.getString(1), result.getLong(2), result.getInt(3)));
                }
            }
        }
        ColumnType[] types = new ColumnType[attributes.size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = columnType(attributes.get(i).type(), attributes.get(i).modifier());
        }
        return ColumnType.composite(new Composite(type.name, attributes, types));
    }

    private ColumnType range(CatalogType type) throws SQLException {
        ValueForm bound = columnType(type.bound, -1).binary();
        return ColumnType.string(
                isMoment(type.bound) ? Scalar.turned(Moments::printRange) : Scalar.STRING,
                bound == null ? null : Scalar.printed(Ranges.one(bound::print)));
    }

    private ColumnType multirange(CatalogType type) throws SQLException {
        try (PreparedStatement statement = database.connection().prepareStatement(RANGE)) {
            statement.setLong(1, type.oid);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return scalar(type, -1);
                }
                ColumnType range = columnType(result.getLong(1), -1);
                ValueForm binary = range.binary();
                return ColumnType.string(
                        range.text(), binary == null ? null : Scalar.printed(Ranges.several(binary::print)));
            }
        }
    }

    private boolean isMoment(long oid) throws SQLException {
        CatalogType type = find(oid);
        if (type == null || type.kind != 'd') {
            return oid == TIMESTAMPTZ;
        }
        return isMoment(type.base);
    }

    private @Nullable CatalogType find(long oid) throws SQLException {
        if (!known.containsKey(oid)) {
            known.put(oid, CatalogType.find(oid, database));
        }
        return known.get(oid);
    }
}
