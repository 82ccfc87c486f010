-- Who may see and record incidents and their notices; a closed incident is kept as it was.
-- @needs BreachIncident
-- @needs BreachNotification
-- @needs identity/actor.sql
-- @needs identity/permissions.sql
-- @needs clinical/patient-access.sql

-- Officers handle the incidents of the organisation they act in. None is ever deleted by them.
DROP POLICY IF EXISTS breach_incidents_read ON breach_incidents;
CREATE POLICY breach_incidents_read ON breach_incidents FOR SELECT
  USING ((SELECT actor_has_permission('MANAGE_BREACHES'))
    AND organization_id = (SELECT actor_organization_id()));
DROP POLICY IF EXISTS breach_incidents_open ON breach_incidents;
CREATE POLICY breach_incidents_open ON breach_incidents FOR INSERT
  WITH CHECK ((SELECT actor_has_permission('MANAGE_BREACHES'))
    AND organization_id = (SELECT actor_organization_id())
    AND status = 'DETECTED');
DROP POLICY IF EXISTS breach_incidents_handle ON breach_incidents;
CREATE POLICY breach_incidents_handle ON breach_incidents FOR UPDATE
  USING ((SELECT actor_has_permission('MANAGE_BREACHES'))
    AND organization_id = (SELECT actor_organization_id()));

-- Its notices, to patients whose charts the organisation keeps; one is planned before it is sent.
DROP POLICY IF EXISTS breach_notifications_officers ON breach_notifications;
DROP POLICY IF EXISTS breach_notifications_read ON breach_notifications;
CREATE POLICY breach_notifications_read ON breach_notifications FOR SELECT
  USING ((SELECT actor_has_permission('MANAGE_BREACHES')) AND incident_id IN (
    SELECT id FROM breach_incidents WHERE organization_id = (SELECT actor_organization_id())));
DROP POLICY IF EXISTS breach_notifications_plan ON breach_notifications;
CREATE POLICY breach_notifications_plan ON breach_notifications FOR INSERT
  WITH CHECK ((SELECT actor_has_permission('MANAGE_BREACHES'))
    AND incident_id IN (
      SELECT id FROM breach_incidents WHERE organization_id = (SELECT actor_organization_id()))
    AND (patient_id IS NULL
      OR keeper_of_chart(patient_id) IS NOT DISTINCT FROM (SELECT actor_organization_id()))
    AND num_nonnulls(sent_at, returned_at, substitute_notice_at) = 0);
DROP POLICY IF EXISTS breach_notifications_record ON breach_notifications;
CREATE POLICY breach_notifications_record ON breach_notifications FOR UPDATE
  USING ((SELECT actor_has_permission('MANAGE_BREACHES')) AND incident_id IN (
    SELECT id FROM breach_incidents WHERE organization_id = (SELECT actor_organization_id())))
  WITH CHECK ((SELECT actor_has_permission('MANAGE_BREACHES'))
    AND incident_id IN (
      SELECT id FROM breach_incidents WHERE organization_id = (SELECT actor_organization_id()))
    AND (patient_id IS NULL
      OR keeper_of_chart(patient_id) IS NOT DISTINCT FROM (SELECT actor_organization_id())));

-- An incident stays with its organisation, and what is closed stays as it is (45 CFR 164.530(j)).
CREATE OR REPLACE FUNCTION keep_breach_incident()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NEW;
  END IF;
  IF OLD.status = 'CLOSED' OR (NEW.id, NEW.organization_id, NEW.created_at)
    IS DISTINCT FROM (OLD.id, OLD.organization_id, OLD.created_at)
  THEN
    RAISE EXCEPTION 'an incident stays with its organisation, and as it was closed'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER breach_incidents_kept
  BEFORE UPDATE ON breach_incidents
  FOR EACH ROW EXECUTE FUNCTION keep_breach_incident();
