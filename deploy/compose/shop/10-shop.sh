#!/usr/bin/env bash
# Fills the shop when its database is new, and makes the user whom the job is: who may read and replicate, and no more.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -q -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v password="$TRIBUTARY_PASSWORD" <<'SQL'
SET shop.orders = 30000;
\i /opt/shop/shop.sql
CREATE ROLE tributary WITH LOGIN REPLICATION PASSWORD :'password';
GRANT USAGE ON SCHEMA public TO tributary;
GRANT SELECT ON customers, products, orders, order_lines TO tributary;
CREATE PUBLICATION tributary FOR TABLE customers, products, orders, order_lines;
SQL
# Debezium leaves large values out of a row that gets another key, and of the row under its new key nobody knows them.
if [ "${TRIBUTARY_SOURCE:-}" = kafka ]; then
  psql -v ON_ERROR_STOP=1 -q -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c 'ALTER TABLE customers REPLICA IDENTITY FULL'
fi
