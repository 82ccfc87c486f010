-- Time-ordered ids (RFC 9562, version 7) for SQL that inserts rows: only PostgreSQL 18 has its own.
-- The 12 bits after the version hold the fraction of the millisecond (RFC 9562, 6.2, method 3),
-- so that ids sort as they were made, to the microsecond.

CREATE OR REPLACE FUNCTION uuid_v7() RETURNS uuid
  LANGUAGE sql VOLATILE PARALLEL SAFE
  SET search_path = pg_catalog
AS $$
  SELECT encode(
           substring(int8send(micros / 1000) FROM 3)
             || int2send((28672 + (micros % 1000) * 4096 / 1000)::int2)
             || substring(uuid_send(gen_random_uuid()) FROM 9),
           'hex')::uuid
    FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros) AS now
$$;

COMMENT ON FUNCTION uuid_v7() IS 'A new UUID of version 7 (RFC 9562): 48 bits of milliseconds, 12 of their fraction, 62 random.';
