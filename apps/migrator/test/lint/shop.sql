-- The database that the corpus is judged in: each thing that a rule may look at, with rows or without.
CREATE SCHEMA stock;
CREATE TYPE order_state AS ENUM ('OPEN', 'PAID', 'SENT');
CREATE TYPE box AS (width int, height int);
CREATE DOMAIN article_code AS text CHECK (value <> '');
CREATE DOMAIN remark AS text;
CREATE SEQUENCE tickets;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION rate() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';
CREATE FUNCTION steady() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';

CREATE TABLE customers (
  id uuid PRIMARY KEY,
  name varchar(50) NOT NULL,
  email text UNIQUE,
  born date,
  seen timestamptz(3),
  phone text
);
CREATE INDEX customers_name_idx ON customers (name);

CREATE TABLE orders (
  id int PRIMARY KEY,
  customer_id uuid REFERENCES customers (id),
  buyer_id uuid,
  number int NOT NULL,
  state order_state NOT NULL DEFAULT 'OPEN',
  total int,
  price numeric(10, 2),
  note text,
  code varchar(10),
  during tstzrange,
  placed_at timestamptz(3) NOT NULL,
  CONSTRAINT orders_code_check CHECK (code <> '')
);
CREATE INDEX orders_placed_at_idx ON orders (placed_at);
CREATE UNIQUE INDEX orders_number_key ON orders (number);
ALTER TABLE orders ADD CONSTRAINT orders_buyer_there CHECK (buyer_id IS NOT NULL) NOT VALID;
ALTER TABLE orders ADD CONSTRAINT orders_total_there CHECK (total IS NOT NULL);
CREATE TRIGGER orders_touch_all BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();

CREATE TABLE lines (
  id int PRIMARY KEY,
  order_id int NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  position int NOT NULL,
  number int NOT NULL,
  text text,
  UNIQUE (order_id, position)
);
CREATE UNIQUE INDEX lines_number_key ON lines (number);

CREATE TABLE logins (id int NOT NULL, at timestamptz);
CREATE TABLE events (id int, code text, payload jsonb);
CREATE UNIQUE INDEX events_code_key ON events (code);
CREATE UNLOGGED TABLE scratch (id int PRIMARY KEY, word text);
CREATE TABLE stock.bins (id int PRIMARY KEY, label text);
CREATE TABLE "Odd Table" ("Odd Column" text, "a""b" int);

CREATE TABLE accounts (id int PRIMARY KEY, owner text, balance int);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY accounts_own ON accounts USING (owner = current_user);
CREATE VIEW own_accounts WITH (security_invoker = true) AS SELECT id, owner FROM accounts;

CREATE TABLE sales (id int, sold_at date NOT NULL, amount int, PRIMARY KEY (id, sold_at)) PARTITION BY RANGE (sold_at);
CREATE TABLE sales_2024 PARTITION OF sales FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE sales_2025 PARTITION OF sales FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE sales_2026 (id int NOT NULL, sold_at date NOT NULL, amount int);
CREATE TABLE sales_2027 (id int NOT NULL, sold_at date NOT NULL, amount int,
  CONSTRAINT in_2027 CHECK (sold_at >= '2027-01-01' AND sold_at < '2028-01-01'));
CREATE TABLE calls (id int, called_at date NOT NULL) PARTITION BY RANGE (called_at);
CREATE TABLE calls_rest PARTITION OF calls DEFAULT;
CREATE TABLE calls_2026 (id int, called_at date NOT NULL,
  CONSTRAINT in_2026 CHECK (called_at >= '2026-01-01' AND called_at < '2027-01-01'));

CREATE VIEW open_orders AS SELECT id, note FROM orders WHERE state = 'OPEN';
CREATE MATERIALIZED VIEW order_totals AS SELECT customer_id, sum(total) AS sum FROM orders GROUP BY 1;
CREATE UNIQUE INDEX order_totals_key ON order_totals (customer_id);
