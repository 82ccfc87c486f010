-- Who may see, give and revoke a patient's consents; what was given is kept as it was.
-- @needs ConsentGrant
-- @needs PatientConsent
-- @needs clinical/patient-access.sql

-- Whether the caller may give and revoke consents for the patient: the patient, a representative, and
-- who records them for the organisation that keeps the chart.
CREATE OR REPLACE FUNCTION may_manage_consents(patient uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN may_access_patient(patient, NULL, 'MANAGE_OWN_CONSENTS')
    OR actor_has_permission('MANAGE_CONSENTS') AND keeper_of_chart(patient) = actor_organization_id();
END
$$;

-- Those who treat see what the patient wants, also where it closes the record to them.
CREATE OR REPLACE FUNCTION may_read_consents(patient uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN may_manage_consents(patient)
    OR may_access_patient(patient, 'READ_PHI', 'READ_OWN_RECORD')
    OR is_treated_by(linked_patients(patient), actor_acting_user_id())
      AND actor_has_permission('READ_PHI', ARRAY['TREATMENT']);
END
$$;

DROP POLICY IF EXISTS patient_consents_read ON patient_consents;
CREATE POLICY patient_consents_read ON patient_consents FOR SELECT USING (may_read_consents(patient_id));
DROP POLICY IF EXISTS patient_consents_give ON patient_consents;
CREATE POLICY patient_consents_give ON patient_consents FOR INSERT
  WITH CHECK ((grantor_id IS NULL OR grantor_id = (SELECT actor_acting_user_id()))
    AND may_manage_consents(patient_id));
DROP POLICY IF EXISTS patient_consents_revoke ON patient_consents;
CREATE POLICY patient_consents_revoke ON patient_consents FOR UPDATE USING (may_manage_consents(patient_id));

DROP POLICY IF EXISTS consent_grants_read ON consent_grants;
CREATE POLICY consent_grants_read ON consent_grants FOR SELECT USING (may_read_consents(patient_id));
DROP POLICY IF EXISTS consent_grants_give ON consent_grants;
CREATE POLICY consent_grants_give ON consent_grants FOR INSERT WITH CHECK (may_manage_consents(patient_id));

-- What was signed is not changed: a consent ends, and another is given.
CREATE OR REPLACE FUNCTION keep_consent()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  kept patient_consents := NEW;
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NEW;
  END IF;
  kept.updated_at := OLD.updated_at;
  IF OLD.copy_given_at IS NULL THEN
    kept.copy_given_at := OLD.copy_given_at;
  END IF;
  IF OLD.status = 'active' AND NEW.status IN ('inactive', 'entered-in-error') THEN
    kept.status := OLD.status;
    kept.revoked_at := OLD.revoked_at;
    kept.revoked_reason := OLD.revoked_reason;
    kept.version := OLD.version;
  END IF;
  IF kept IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'a consent is not changed: revoke it, and give another'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER patient_consents_kept
  BEFORE UPDATE ON patient_consents
  FOR EACH ROW EXECUTE FUNCTION keep_consent();

-- Its provisions come with it, and none after.
CREATE OR REPLACE FUNCTION keep_consent_provisions()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' AND EXISTS (
      SELECT FROM patient_consents AS given
      WHERE given.id = NEW.consent_id AND given.xmin = pg_current_xact_id_if_assigned()::xid)
    OR pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the provisions of a consent are given with it'
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;

CREATE OR REPLACE TRIGGER consent_grants_kept
  BEFORE INSERT OR UPDATE ON consent_grants
  FOR EACH ROW EXECUTE FUNCTION keep_consent_provisions();
