-- Who may open a chart in an emergency, see that it was opened, end it and review it.
-- @needs EmergencyAccess
-- @needs Patient
-- @needs clinical/patient-access.sql
-- @needs compliance/consent-rules.sql

-- Whether the caller may break the glass of this chart: one who holds the permission for the purpose
-- stated, in a session of his own, for a chart of the organisation the session acts in, or of a patient
-- who is treated anyway. Charts of others stay closed: nothing leaves an organisation by an emergency.
CREATE OR REPLACE FUNCTION may_start_emergency_access(patient uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  person uuid := actor_acting_user_id();
  patients uuid[] := linked_patients(patient);
BEGIN
  RETURN person IS NOT NULL
    AND actor_api_key_id() IS NULL
    AND holds_permission(person, 'START_EMERGENCY_ACCESS', ARRAY['TREATMENT'], NULL)
    AND (is_treated_by(patients, person) OR EXISTS (
      SELECT FROM patients AS chart
      WHERE chart.id = ANY (patients) AND chart.organization_id = actor_organization_id()));
END
$$;

-- Officers review what happened to charts of the organisation they act in.
CREATE OR REPLACE FUNCTION may_review_emergency_access(patient uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN actor_has_permission('REVIEW_EMERGENCY_ACCESS')
    AND keeper_of_chart(patient) IS NOT DISTINCT FROM actor_organization_id();
END
$$;

DROP POLICY IF EXISTS emergency_accesses_read ON emergency_accesses;
CREATE POLICY emergency_accesses_read ON emergency_accesses FOR SELECT
  USING (user_id = (SELECT actor_acting_user_id())
    OR may_review_emergency_access(patient_id)
    OR may_access_patient(patient_id, NULL, 'READ_OWN_ACCESS_LOG'));
DROP POLICY IF EXISTS emergency_accesses_start ON emergency_accesses;
CREATE POLICY emergency_accesses_start ON emergency_accesses FOR INSERT
  WITH CHECK (user_id = (SELECT actor_acting_user_id()) AND may_start_emergency_access(patient_id));
DROP POLICY IF EXISTS emergency_accesses_change ON emergency_accesses;
CREATE POLICY emergency_accesses_change ON emergency_accesses FOR UPDATE
  USING (user_id = (SELECT actor_acting_user_id()) OR may_review_emergency_access(patient_id));

-- An episode is not made longer nor told otherwise: it is ended by who opened it, and reviewed by
-- another, once.
CREATE OR REPLACE FUNCTION keep_emergency_access()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  kept emergency_accesses := NEW;
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NEW;
  END IF;
  IF OLD.user_id = actor_acting_user_id() AND OLD.ended_at IS NULL THEN
    kept.ended_at := OLD.ended_at;
  ELSIF OLD.user_id <> actor_acting_user_id() AND OLD.reviewed_at IS NULL THEN
    kept.reviewed_by_id := OLD.reviewed_by_id;
    kept.reviewed_at := OLD.reviewed_at;
    kept.review_outcome := OLD.review_outcome;
  END IF;
  IF kept IS DISTINCT FROM OLD
    OR NEW.reviewed_by_id IS DISTINCT FROM OLD.reviewed_by_id
      AND NEW.reviewed_by_id IS DISTINCT FROM actor_acting_user_id()
  THEN
    RAISE EXCEPTION 'an emergency access is ended by who opened it and reviewed by another, once'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER emergency_accesses_kept
  BEFORE UPDATE ON emergency_accesses
  FOR EACH ROW EXECUTE FUNCTION keep_emergency_access();

-- The emergency access under which the caller's call about a patient stands, and when it ends; null
-- where none is open.
CREATE OR REPLACE FUNCTION emergency_access_now(patient uuid, options jsonb DEFAULT '{}')
RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT json_build_object('id', episode.id, 'expiresAt', episode.expires_at)
  FROM emergency_accesses AS episode
  WHERE episode.id = open_emergency_access(linked_patients(patient), actor_acting_user_id())
$$;
