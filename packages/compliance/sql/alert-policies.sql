-- Who sees alerts of suspicious acts, and settles them.
-- @needs SecurityAlert
-- @needs identity/actor.sql
-- @needs identity/permissions.sql

-- Officers see the alerts of the organisation they act in, and never those about themselves: nobody is
-- warned by them, nor judges his own case. Detectors raise them, as the owner.
DROP POLICY IF EXISTS security_alerts_read ON security_alerts;
CREATE POLICY security_alerts_read ON security_alerts FOR SELECT
  USING ((SELECT actor_has_permission('MANAGE_SECURITY_ALERTS'))
    AND organization_id IS NOT DISTINCT FROM (SELECT actor_organization_id())
    AND user_id IS DISTINCT FROM (SELECT actor_acting_user_id()));
DROP POLICY IF EXISTS security_alerts_settle ON security_alerts;
CREATE POLICY security_alerts_settle ON security_alerts FOR UPDATE
  USING ((SELECT actor_has_permission('MANAGE_SECURITY_ALERTS'))
    AND organization_id IS NOT DISTINCT FROM (SELECT actor_organization_id())
    AND user_id IS DISTINCT FROM (SELECT actor_acting_user_id()));

-- What was seen stays as it was seen: an officer takes an alert up, and resolves it, once.
CREATE OR REPLACE FUNCTION keep_security_alert()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  kept security_alerts := NEW;
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NEW;
  END IF;
  IF OLD.resolved_at IS NULL THEN
    kept.assigned_to_id := OLD.assigned_to_id;
    kept.acknowledged_at := OLD.acknowledged_at;
    kept.resolved_at := OLD.resolved_at;
    kept.resolution := OLD.resolution;
    kept.incident_id := OLD.incident_id;
  END IF;
  IF kept IS DISTINCT FROM OLD
    OR NEW.assigned_to_id IS DISTINCT FROM OLD.assigned_to_id
      AND NEW.assigned_to_id IS DISTINCT FROM actor_acting_user_id()
  THEN
    RAISE EXCEPTION 'an alert is taken up by who acts, and resolved once'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER security_alerts_kept
  BEFORE UPDATE ON security_alerts
  FOR EACH ROW EXECUTE FUNCTION keep_security_alert();
