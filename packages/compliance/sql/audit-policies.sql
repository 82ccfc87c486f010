-- Who may add to the audit trail and read it.
-- @needs AuditLog
-- @needs identity/actor.sql

-- A row names the person who acts in this transaction, or nobody where nobody is logged in yet.
-- Partitions carry no policy: the application reaches them through their parent alone.
DROP POLICY IF EXISTS audit_logs_append ON audit_logs;
CREATE POLICY audit_logs_append ON audit_logs FOR INSERT
  WITH CHECK (
    user_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    OR ((SELECT actor_user_id()) IS NULL AND event_type IN ('LOGIN', 'LOGIN_FAILED', 'MFA', 'CONFIG_CHANGE', 'PERMISSION_CHANGE'))
  );
