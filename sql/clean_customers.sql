-- Which customers do we have, and how can we reach them?
-- E-mail addresses as they should have been typed; what is none is NULL.
-- key: id
-- inputs: customers
SELECT
    id,
    TRIM(name) AS name,
    clean_email(email) AS email,
    COALESCE(NULLIF(TRIM(segment), ''), 'unknown') AS segment,
    COALESCE(marketing, FALSE) AND clean_email(email) IS NOT NULL AS can_be_mailed,
    credit_limit,
    birthday,
    CHAR_LENGTH(notes) AS notes_length,
    created_at
FROM customers
