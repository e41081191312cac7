-- That manifests are copied, in the transaction that copies them.
INSERT INTO {loads} (manifest, load_number, loaded_at)
SELECT m.manifest, COALESCE((SELECT MAX(load_number) FROM {loads}), 0) + 1, GETDATE() FROM ({manifests}) m;
