-- The demo's shop: rows with a bit of every column type, as a database is found, REPLICA IDENTITY DEFAULT. How many orders it
-- has is what the setting shop.orders says; with 30,000 it is 116,000 rows.
-- The rows are made from their numbers alone, so that every run starts the same.

CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped', 'delivered', 'cancelled');

CREATE TABLE customers (
    id            bigint PRIMARY KEY,
    name          text NOT NULL,
    email         text,
    segment       text,
    marketing     boolean,
    credit_limit  numeric(12,2),
    balance       numeric,
    score         real,
    rating        double precision,
    birthday      date,
    external_id   uuid,
    preferences   jsonb,
    tags          text[],
    notes         text,
    photo         bytea,
    created_at    timestamptz NOT NULL,
    updated_at    timestamp
);

-- Out of line and uncompressed: an update that leaves the notes alone does not write them to the log.
ALTER TABLE customers ALTER notes SET STORAGE EXTERNAL;

CREATE TABLE products (
    id            integer PRIMARY KEY,
    sku           varchar(20) NOT NULL,
    name          text NOT NULL,
    category      text,
    price         numeric(12,2) NOT NULL,
    weight_grams  smallint,
    active        boolean NOT NULL,
    opens_at      time,
    attributes    jsonb,
    created_at    timestamptz NOT NULL
);

CREATE TABLE orders (
    id            bigint PRIMARY KEY,
    customer_id   bigint NOT NULL,
    status        order_status NOT NULL,
    ordered_at    timestamptz NOT NULL,
    shipped_on    date,
    delivery_days interval,
    comment       text
);

CREATE TABLE order_lines (
    order_id      bigint NOT NULL,
    line          integer NOT NULL,
    product_id    integer NOT NULL,
    quantity      integer NOT NULL,
    unit_price    numeric(12,2) NOT NULL,
    discount      numeric(5,4),
    PRIMARY KEY (order_id, line)
);

-- What io.tributary.udfs.CleanEmail does, so that verify can run the SQL files in Postgres.
CREATE FUNCTION clean_email(raw text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN btrim(raw, E' \t\n\r') COLLATE "C" ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$'
                THEN lower(btrim(raw, E' \t\n\r') COLLATE "C") END
$$;

-- 64 characters for each unit of size, which no compression makes smaller.
CREATE FUNCTION noise(seed bigint, size integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(md5(seed || '/' || i) || md5(i || '/' || seed), '') FROM generate_series(1, size) AS i
$$;

INSERT INTO customers
SELECT i,
       'Customer ' || i || CASE WHEN i % 17 = 0 THEN ' Zoë "Łó" \ ✓' ELSE '' END,
       CASE i % 8 WHEN 0 THEN ' Ann' || i || '@Example.COM ' WHEN 1 THEN 'none' WHEN 2 THEN '' WHEN 3 THEN 'a@b'
                  WHEN 4 THEN 'x@@y.z' WHEN 5 THEN NULL ELSE 'user' || i || '@example.org' END,
       (ARRAY['retail', 'business', 'public', NULL])[1 + i % 4],
       CASE WHEN i % 5 > 0 THEN i % 2 = 0 END,
       CASE WHEN i % 11 > 0 THEN (i * 7919 % 1000000) / 100.0 END,
       CASE WHEN i % 7 > 0 THEN (i * 104729 % 100000000) / 1000.0 END,
       CASE WHEN i % 13 > 0 THEN (i % 1000) / 7.0 END,
       CASE WHEN i % 97 = 0 THEN 'NaN' WHEN i % 89 = 0 THEN '-Infinity' ELSE sqrt(i) END,
       CASE WHEN i % 3 > 0 THEN date '1940-01-01' + i % 25000 END,
       CASE WHEN i % 4 > 0 THEN md5('customer ' || i)::uuid END,
       CASE WHEN i % 3 > 0 THEN jsonb_build_object('lang', (ARRAY['en', 'de', 'pl'])[1 + i % 3], 'n', i, 'deep', jsonb_build_array(1, NULL, 'é')) END,
       CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '{}' WHEN 2 THEN ARRAY['new', NULL, 'a"b', 'c,d', ''] ELSE ARRAY['t' || i % 9, 'vip'] END,
       CASE WHEN i % 5 = 0 THEN noise(i, 64) WHEN i % 5 = 1 THEN NULL ELSE 'short note ' || i END,
       CASE WHEN i % 6 = 0 THEN decode(md5('photo ' || i), 'hex') WHEN i % 6 = 1 THEN '' END,
       timestamptz '2023-01-01 00:00:00.123456+02' + i * interval '37 minutes 1.000001 seconds',
       CASE WHEN i % 2 = 0 THEN timestamp '2024-02-29 23:59:59.999999' + i * interval '1 second' END
FROM generate_series(1, 10000) AS i;

INSERT INTO products
SELECT i,
       'SKU-' || lpad(i::text, 6, '0'),
       'Product ' || i,
       (ARRAY['tools', 'toys', 'food', 'books', NULL])[1 + i % 5],
       (i * 6151 % 50000 + 99) / 100.0,
       CASE WHEN i % 9 > 0 THEN i % 30000 END,
       i % 10 > 0,
       CASE WHEN i % 3 > 0 THEN time '06:00:00.000001' + i % 600 * interval '1 minute' END,
       CASE WHEN i % 4 > 0 THEN jsonb_build_object('colour', (ARRAY['red', 'green', 'blue'])[1 + i % 3]) END,
       timestamptz '2022-06-01 12:00:00+00' + i * interval '1 hour'
FROM generate_series(1, 1000) AS i;

INSERT INTO orders
SELECT i,
       1 + i * 7919 % 10000,
       (ARRAY['new', 'paid', 'shipped', 'delivered', 'cancelled'])[1 + i % 5]::order_status,
       timestamptz '2024-01-01 00:00:00.000001+00' + i * interval '11 minutes',
       CASE WHEN i % 5 IN (2, 3) THEN date '2024-01-02' + i / 130 END,
       CASE WHEN i % 5 = 3 THEN (1 + i % 9) * interval '1 day' END,
       CASE WHEN i % 10 = 0 THEN 'leave it at the door' END
FROM generate_series(1, current_setting('shop.orders')::integer) AS i;

INSERT INTO order_lines
SELECT o, l, 1 + (o * 31 + l * 17) % 1000, 1 + (o + l) % 6, ((o * 6151 + l) % 50000 + 99) / 100.0,
       CASE (o + l) % 4 WHEN 0 THEN NULL ELSE (o + l) % 4 * 0.05 END
FROM generate_series(1, current_setting('shop.orders')::integer) AS o, generate_series(1, 4) AS l
WHERE l <= 1 + o % 4;

ANALYZE;
