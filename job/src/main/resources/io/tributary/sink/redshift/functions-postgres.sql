-- The functions of Redshift that the generated statements use, for the PostgreSQL that stands in for it. They are in the
-- schema public, since the statements name them without a schema.

CREATE OR REPLACE FUNCTION public.getdate() RETURNS TIMESTAMP LANGUAGE sql VOLATILE AS $body$
  SELECT clock_timestamp() AT TIME ZONE 'UTC'
$body$;

CREATE OR REPLACE FUNCTION public.to_varbyte(value TEXT, format TEXT) RETURNS BYTEA LANGUAGE sql IMMUTABLE AS $body$
  SELECT decode(value, format)
$body$;

-- PostgreSQL breaks base64 into lines.
CREATE OR REPLACE FUNCTION public.from_varbyte(value BYTEA, format TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $body$
  SELECT replace(encode(value, format), E'\n', '')
$body$;

-- A string longer than VARCHAR holds cannot be part of a SUPER, so such a record does not parse.
CREATE OR REPLACE FUNCTION public.can_json_parse(data BYTEA) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE AS $body$
DECLARE
  parsed JSONB;
BEGIN
  parsed := convert_from(data, 'UTF8')::JSONB;
  RETURN octet_length(data) <= {longest_string}
      OR NOT EXISTS (SELECT 1 FROM jsonb_path_query(parsed, 'strict $.** ? (@.type() == "string")') AS text(value)
                     WHERE octet_length(value #>> '{}') > {longest_string});
EXCEPTION WHEN data_exception OR syntax_error OR program_limit_exceeded THEN
  RETURN FALSE;
END
$body$;

CREATE OR REPLACE FUNCTION public.json_parse(data BYTEA) RETURNS JSONB LANGUAGE sql IMMUTABLE AS $body$
  SELECT convert_from(data, 'UTF8')::JSONB
$body$;

CREATE OR REPLACE FUNCTION public.json_parse(data TEXT) RETURNS JSONB LANGUAGE sql IMMUTABLE AS $body$
  SELECT data::JSONB
$body$;
