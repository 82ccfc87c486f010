-- Reads the audit trail of the organisation that the session acts in, newest first.
-- @needs AuditLog
-- @needs identity/actor.sql
-- @needs identity/permissions.sql

-- Rows of the trail whose columns have the values that `filters` names by column, between `from` and
-- `to` (left out), older than the row that `before` names by its timestamp and id; any of the three may
-- be null. For who may read the trail, and for the organisation of the session: the rule of the policy
-- on the table, asked once. Under the policy, it would be asked of each row before an index on an enum
-- is read, since PostgreSQL does not hold the comparison of enums to be leakproof.
CREATE OR REPLACE FUNCTION find_audit_events(
  filters jsonb, "from" timestamptz, "to" timestamptz, before jsonb, most integer)
RETURNS SETOF audit_logs
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  known constant text[] := '{user_id,patient_id,event_type,action,outcome,resource_type,resource_id,
    purpose_of_use,session_id,api_key_id,agent_system,ip,request_id,emergency_access_id}';
  organization uuid := actor_organization_id();
  conditions text := '';
  condition record;
BEGIN
  IF NOT actor_has_permission('READ_AUDIT_LOGS') THEN
    RETURN;
  END IF;
  FOR condition IN SELECT key, value FROM jsonb_each_text(filters) LOOP
    IF NOT condition.key = ANY (known) THEN
      RAISE EXCEPTION 'find_audit_events: a filter names no column that is one'
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    conditions := conditions || format(' AND %I = %L', condition.key, condition.value);
  END LOOP;
  IF "from" IS NOT NULL THEN
    conditions := conditions || format(' AND "timestamp" >= %L', "from");
  END IF;
  IF "to" IS NOT NULL THEN
    conditions := conditions || format(' AND "timestamp" < %L', "to");
  END IF;
  IF before IS NOT NULL THEN
    -- The first is what partitions are left out by.
    conditions := conditions || format(' AND "timestamp" <= %1$L AND ("timestamp", id) < (%1$L, %2$L)',
      before ->> 'timestamp', before ->> 'id');
  END IF;
  -- Values stand in the text, so that each is planned for what it is.
  RETURN QUERY EXECUTE format(
    'SELECT * FROM audit_logs WHERE organization_id %s%s ORDER BY "timestamp" DESC, id DESC LIMIT %L',
    CASE WHEN organization IS NULL THEN 'IS NULL' ELSE format('= %L', organization) END,
    conditions, most);
END
$$;
