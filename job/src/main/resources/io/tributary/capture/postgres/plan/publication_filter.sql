-- Does a publication leave out rows or columns of a table? One row if it does, from version 15 on.
-- Inputs: the name of the publication, the table as SQL wants it.
SELECT 1
FROM pg_catalog.pg_publication_rel AS r
JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid
WHERE p.pubname = ?
    AND r.prrelid = to_regclass(?)
    AND (to_jsonb(r) ->> 'prqual' IS NOT NULL OR to_jsonb(r) ->> 'prattrs' IS NOT NULL)
