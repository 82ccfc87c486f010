-- Makes the monthly partitions of the audit log, as well protected as their parent.
-- @internal
-- @needs AuditLog

-- Makes the partitions for `months` months from the one `from_month` lies in, and returns the names
-- of those it made. Safe to run again and from many sessions at once. Bounds are in UTC whatever the
-- session's zone. A month whose rows already lie in the default partition is an error: they would
-- have to move, and audit rows are never deleted.
CREATE OR REPLACE FUNCTION ensure_audit_partitions(from_month date, months integer)
RETURNS SETOF text
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  parent constant regclass := 'public.audit_logs'::regclass;
  partition_schema constant name := 'audit_partitions';
  default_partition regclass;
  month_start date;
  partition_name text;
  partition_id regclass;
  bounds text;
  is_occupied boolean;
  part record;
BEGIN
  IF from_month IS NULL OR months IS NULL OR months NOT BETWEEN 1 AND 1200 THEN
    RAISE EXCEPTION 'ensure_audit_partitions: from_month is required and months is 1 to 1200'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;

  -- One maker at a time; released with the transaction.
  PERFORM pg_advisory_xact_lock(hashtextextended('public.audit_logs partitions', 0));

  IF NOT EXISTS (
    SELECT FROM pg_trigger
    WHERE tgrelid = parent AND NOT tgisinternal AND tgtype & 1 = 0 AND tgtype & 32 = 32
  ) OR NOT EXISTS (
    SELECT FROM pg_trigger
    WHERE tgrelid = parent AND NOT tgisinternal AND tgtype & 1 = 1 AND tgtype & 24 = 24
  ) THEN
    RAISE EXCEPTION 'audit_logs lacks the triggers that refuse UPDATE, DELETE and TRUNCATE'
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Its migration makes them. Restore them before new partitions are made.';
  END IF;

  SELECT partdefid INTO default_partition
  FROM pg_partitioned_table WHERE partrelid = parent AND partdefid <> 0;

  FOR step IN 0 .. months - 1 LOOP
    month_start := (date_trunc('month', from_month::timestamp) + make_interval(months => step))::date;
    partition_name := 'audit_logs_' || to_char(month_start, 'YYYY_MM');
    partition_id := to_regclass(format('%I.%I', partition_schema, partition_name));

    IF partition_id IS NOT NULL THEN
      IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = partition_id AND inhparent = parent) THEN
        RAISE EXCEPTION 'table % stands where the partition of % belongs, and is not attached',
          partition_id, to_char(month_start, 'YYYY-MM')
          USING ERRCODE = 'duplicate_table',
                HINT = 'A detached month must be attached again, or renamed.';
      END IF;
      CONTINUE;
    END IF;

    bounds := format('FROM (%L) TO (%L)', to_char(month_start, 'YYYY-MM-DD') || ' 00:00:00+00',
      to_char(month_start + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');

    IF default_partition IS NOT NULL THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE "timestamp" >= $1 AND "timestamp" < $2)',
        default_partition)
        INTO is_occupied
        USING month_start::timestamp AT TIME ZONE 'UTC',
              (month_start + interval '1 month') AT TIME ZONE 'UTC';
      IF is_occupied THEN
        RAISE EXCEPTION 'the default partition % holds rows of %', default_partition,
          to_char(month_start, 'YYYY-MM')
          USING ERRCODE = 'object_not_in_prerequisite_state',
                HINT = 'Detach the default partition, attach it as that month, and make a new default.';
      END IF;
    END IF;

    -- Attaching locks writers out of nothing but the empty default partition; the parent's indexes
    -- and row triggers come with it.
    EXECUTE format(
      'CREATE TABLE %I.%I (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)',
      partition_schema, partition_name, parent);
    partition_id := to_regclass(format('%I.%I', partition_schema, partition_name));
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE (shard, seq)',
      partition_id, partition_name || '_shard_seq_key');
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', partition_id);
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES %s', parent, partition_id, bounds);

    -- Statement triggers of the parent do not fire for a partition named directly.
    FOR part IN
      SELECT pg_get_triggerdef(oid) AS definition
      FROM pg_trigger
      WHERE tgrelid = parent AND NOT tgisinternal AND tgtype & 1 = 0
      ORDER BY tgname
    LOOP
      EXECUTE regexp_replace(part.definition, ' ON \S+ FOR EACH STATEMENT',
        format(' ON %s FOR EACH STATEMENT', partition_id));
    END LOOP;

    -- Default privileges may have granted what the schema is meant to keep closed, but to a backup, which
    -- no row security binds.
    FOR part IN
      SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS grantee
      FROM pg_class, aclexplode(relacl) AS acl
      WHERE pg_class.oid = partition_id AND acl.grantee <> relowner
        AND NOT EXISTS (SELECT FROM pg_roles WHERE pg_roles.oid = acl.grantee AND rolbypassrls)
    LOOP
      EXECUTE format('REVOKE ALL ON TABLE %s FROM %s', partition_id, part.grantee);
    END LOOP;

    RETURN NEXT partition_name;
  END LOOP;
END
$$;

COMMENT ON FUNCTION ensure_audit_partitions(date, integer) IS
  'Makes the monthly partitions of audit_logs from a month on; returns the names of those it made.';
