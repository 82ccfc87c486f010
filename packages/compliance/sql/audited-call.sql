-- An act on one patient's record and its audit row in one round trip.
-- @needs AuditLog
-- @needs identity/actor.sql
-- @needs compliance/audit-policies.sql

-- Sets the identity, acts, and writes the audit row, in that order: statements of a function run one
-- after another, which the parts of one statement do not. `routine` is a function of a patient and
-- options. It answers null where the patient may not be seen, and a JSON string that names the reason
-- where it refused: nothing was done then, and no row is written. The row comes whole from the caller,
-- with the keyed hash whose key the database lacks.
CREATE OR REPLACE FUNCTION audited_call(
  actor jsonb, routine text, patient uuid, options jsonb, audit_row jsonb)
RETURNS json
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  answer json := call_as(actor, routine, patient, options);
BEGIN
  IF json_typeof(answer) <> 'string' THEN
    INSERT INTO audit_logs (id, shard, timestamp, event_type, action, outcome, user_id, actor_role,
      on_behalf_of_id, session_id, api_key_id, agent_system, source, organization_id, patient_id,
      resource_type, resource_id, resource_version, previous_version, purpose_of_use, reason,
      record_count, query_hash, ip, user_agent, request_id, emergency_access_id, changed_fields,
      key_version, hash)
    SELECT written.id, written.shard, written.timestamp, written.event_type, written.action,
      written.outcome, written.user_id, written.actor_role, written.on_behalf_of_id,
      written.session_id, written.api_key_id, written.agent_system, written.source,
      written.organization_id, written.patient_id, written.resource_type, written.resource_id,
      written.resource_version, written.previous_version, written.purpose_of_use, written.reason,
      written.record_count, written.query_hash, written.ip, written.user_agent, written.request_id,
      written.emergency_access_id, written.changed_fields, written.key_version, written.hash
    FROM jsonb_populate_record(NULL::audit_logs, audit_row) AS written;
  END IF;
  RETURN answer;
END
$$;
