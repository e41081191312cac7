-- What comes before the rows with which a table is filled again, in their transaction: it has nothing that is not newer than
-- they are, and of what lands later nothing that is older.
LOCK TABLE {tombstones};

DELETE FROM {replacements} WHERE table_name = {table} AND version < {version};

INSERT INTO {replacements} (table_name, version)
SELECT {table}, {version} WHERE NOT EXISTS (SELECT 1 FROM {replacements} WHERE table_name = {table});

{end_rows};

DELETE FROM {tombstones} WHERE {tombstones_alone}._version < {version};
