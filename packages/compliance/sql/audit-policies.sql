-- Who may add to the audit trail and read it.
-- @needs AuditLog
-- @needs identity/actor.sql
-- @needs identity/permissions.sql
-- @needs clinical/patient-access.sql

-- A row names the person who acts in this transaction, or nobody where nobody is logged in yet or a
-- service removes what is over.
-- Partitions carry no policy: the application reaches them through their parent alone.
DROP POLICY IF EXISTS audit_logs_append ON audit_logs;
CREATE POLICY audit_logs_append ON audit_logs FOR INSERT
  WITH CHECK (
    user_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    OR ((SELECT actor_user_id()) IS NULL AND event_type IN ('LOGIN', 'LOGIN_FAILED', 'LOGOUT', 'MFA', 'CONFIG_CHANGE', 'PERMISSION_CHANGE'))
    OR ((SELECT actor_user_id()) IS NULL AND (SELECT actor_agent_system()) IS NOT NULL AND event_type = 'RETENTION')
  );

-- Officers read the trail of the organisation they act in; patients and their representatives who saw
-- the record (45 CFR 164.528 goes less far). The rows name people by their ids alone.
DROP POLICY IF EXISTS audit_logs_read ON audit_logs;
CREATE POLICY audit_logs_read ON audit_logs FOR SELECT
  USING (
    ((SELECT actor_has_permission('READ_AUDIT_LOGS'))
      AND organization_id IS NOT DISTINCT FROM (SELECT actor_organization_id()))
    OR (patient_id IS NOT NULL AND may_access_patient(patient_id, NULL, 'READ_OWN_ACCESS_LOG'))
  );
