-- Who may file a patient's request, see it and answer it, and what becomes of one.
-- @needs PatientAccessRequest
-- @needs PatientAmendmentRequest
-- @needs PatientPrivacyRequest
-- @needs clinical/patient-access.sql

-- As the patient or a representative in full.
CREATE OR REPLACE FUNCTION may_make_requests(patient uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN may_access_patient(patient, NULL, 'SUBMIT_OWN_REQUESTS');
END
$$;

-- The officers of the organisation that must answer.
CREATE OR REPLACE FUNCTION may_handle_requests_of(organization uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN COALESCE(organization = actor_organization_id()
    AND actor_has_permission('HANDLE_PATIENT_REQUESTS'), false);
END
$$;

-- Whether a row of the record, or the patient's own, is one of these patients': what is to be amended
-- is named by officers too, who do not read the record.
CREATE OR REPLACE FUNCTION is_row_of_patients(target_type text, target uuid, patients uuid[])
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  found boolean;
  name text := CASE target_type
    WHEN 'PatientCoverage' THEN 'patient_coverages'
    WHEN 'Encounter' THEN 'encounters'
    WHEN 'PatientDiagnosis' THEN 'patient_diagnoses'
    WHEN 'PatientMedication' THEN 'patient_medications'
    WHEN 'PatientAllergy' THEN 'patient_allergies'
    WHEN 'PatientImmunization' THEN 'patient_immunizations'
    WHEN 'PatientProcedure' THEN 'patient_procedures'
    WHEN 'PatientDevice' THEN 'patient_devices'
    WHEN 'PatientVitalSign' THEN 'patient_vital_signs'
    WHEN 'PatientObservation' THEN 'patient_observations'
    WHEN 'DiagnosticReport' THEN 'diagnostic_reports'
    WHEN 'ServiceRequest' THEN 'service_requests'
    WHEN 'PatientCarePlan' THEN 'patient_care_plans'
    WHEN 'PatientGoal' THEN 'patient_goals'
    WHEN 'PatientFamilyHistory' THEN 'patient_family_histories'
    WHEN 'Document' THEN 'documents'
  END;
BEGIN
  IF target_type = 'Patient' THEN
    RETURN target = ANY (patients);
  ELSIF name IS NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE id = $1 AND patient_id = ANY ($2))', name)
    INTO found USING target, patients;
  RETURN found;
END
$$;

-- A request is filed as it is asked for: that it is answered, extended or in force comes later, by the
-- acts of `keep_patient_request`.
DROP POLICY IF EXISTS patient_access_requests_read ON patient_access_requests;
CREATE POLICY patient_access_requests_read ON patient_access_requests FOR SELECT
  USING (organization_id = (SELECT actor_organization_id())
      AND (SELECT actor_has_permission('HANDLE_PATIENT_REQUESTS'))
    OR may_make_requests(patient_id));
DROP POLICY IF EXISTS patient_access_requests_file ON patient_access_requests;
CREATE POLICY patient_access_requests_file ON patient_access_requests FOR INSERT
  WITH CHECK (organization_id = keeper_of_chart(patient_id)
    AND status IN ('RECEIVED', 'IDENTITY_PENDING') AND fee_cents = 0
    AND num_nonnulls(extended_at, fulfilled_at, denial_ground, decided_by_id, reviewed_by_id,
      bundle_file_id) = 0
    AND (requested_by_id IS NULL AND may_handle_requests_of(organization_id)
      OR requested_by_id = (SELECT actor_acting_user_id()) AND may_make_requests(patient_id)));
DROP POLICY IF EXISTS patient_access_requests_act ON patient_access_requests;
CREATE POLICY patient_access_requests_act ON patient_access_requests FOR UPDATE
  USING (may_handle_requests_of(organization_id) OR may_make_requests(patient_id));

DROP POLICY IF EXISTS patient_amendment_requests_read ON patient_amendment_requests;
CREATE POLICY patient_amendment_requests_read ON patient_amendment_requests FOR SELECT
  USING (organization_id = (SELECT actor_organization_id())
      AND (SELECT actor_has_permission('HANDLE_PATIENT_REQUESTS'))
    OR may_make_requests(patient_id));
DROP POLICY IF EXISTS patient_amendment_requests_file ON patient_amendment_requests;
CREATE POLICY patient_amendment_requests_file ON patient_amendment_requests FOR INSERT
  WITH CHECK (organization_id = keeper_of_chart(patient_id)
    AND status = 'RECEIVED' AND informed_persons = '[]'
    AND num_nonnulls(extended_at, decided_by_id, denial_ground, disagreement, rebuttal, applied_at) = 0
    AND (requested_by_id IS NULL AND may_handle_requests_of(organization_id)
      OR requested_by_id = (SELECT actor_acting_user_id()) AND may_make_requests(patient_id)));
DROP POLICY IF EXISTS patient_amendment_requests_act ON patient_amendment_requests;
CREATE POLICY patient_amendment_requests_act ON patient_amendment_requests FOR UPDATE
  USING (may_handle_requests_of(organization_id) OR may_make_requests(patient_id));

DROP POLICY IF EXISTS patient_privacy_requests_read ON patient_privacy_requests;
CREATE POLICY patient_privacy_requests_read ON patient_privacy_requests FOR SELECT
  USING (organization_id = (SELECT actor_organization_id())
      AND (SELECT actor_has_permission('HANDLE_PATIENT_REQUESTS'))
    OR may_make_requests(patient_id));
DROP POLICY IF EXISTS patient_privacy_requests_file ON patient_privacy_requests;
CREATE POLICY patient_privacy_requests_file ON patient_privacy_requests FOR INSERT
  WITH CHECK (organization_id = keeper_of_chart(patient_id)
    AND status = 'RECEIVED'
    AND num_nonnulls(decided_at, decided_by_id, disposition, effective_from, effective_to,
      terminated_by) = 0
    AND (requested_by_id IS NULL AND may_handle_requests_of(organization_id)
      OR requested_by_id = (SELECT actor_acting_user_id()) AND may_make_requests(patient_id)));
DROP POLICY IF EXISTS patient_privacy_requests_act ON patient_privacy_requests;
CREATE POLICY patient_privacy_requests_act ON patient_privacy_requests FOR UPDATE
  USING (may_handle_requests_of(organization_id) OR may_make_requests(patient_id));

-- What was asked for stays as it was asked; how it goes on is this. Officers answer, and nobody
-- answers his own; the patient withdraws, asks for a review, disagrees, and ends a restriction, and of
-- what came on paper an officer writes that down. An answer stays as it was given: what is said after
-- it is the disagreement, the rebuttal, and the end of a restriction.
CREATE OR REPLACE FUNCTION keep_patient_request()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  before jsonb := to_jsonb(OLD);
  after jsonb := to_jsonb(NEW);
  is_officer boolean;
  is_patient boolean;
  is_step boolean;
  may_change text[] := '{status,updated_at,disagreement,effective_to,terminated_by,due_at,extended_due_at}';
  once text;
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NEW;
  END IF;
  is_officer := may_handle_requests_of(OLD.organization_id) AND NOT may_make_requests(OLD.patient_id);
  is_patient := NOT is_officer OR OLD.requested_by_id IS NULL;
  IF is_officer THEN
    may_change := '{status,updated_at,extended_at,extension_reason,identity_verified_at,fulfilled_at,
      denial_ground,reviewable,fee_cents,bundle_file_id,decided_at,decided_by_id,rebuttal,applied_at,
      informed_persons,disposition,restricted_purposes,effective_from,effective_to,terminated_by,
      due_at,extended_due_at}'::text[] || CASE WHEN is_patient THEN '{disagreement}' ELSE '{}' END::text[];
  END IF;
  -- Who decided it another trigger puts back; generated columns have no value yet.
  IF NEW.status = OLD.status AND OLD.status IN ('FULFILLED', 'PARTIALLY_DENIED', 'DENIED', 'WITHDRAWN') THEN
    may_change := ARRAY(SELECT unnest(may_change) INTERSECT SELECT unnest(
      '{updated_at,decided_by_id,disagreement,rebuttal,effective_to,terminated_by,due_at,extended_due_at}'::text[]));
  END IF;
  IF before - may_change IS DISTINCT FROM after - may_change THEN
    RAISE EXCEPTION 'a request stays as it was asked, and each side has its own acts'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  FOREACH once IN ARRAY ARRAY['disagreement', 'rebuttal', 'decided_at', 'applied_at', 'effective_from',
    'terminated_by', 'identity_verified_at'] LOOP
    IF jsonb_typeof(before -> once) <> 'null' AND before -> once IS DISTINCT FROM after -> once THEN
      RAISE EXCEPTION 'this was said already of the request'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
  END LOOP;
  is_step := CASE
    WHEN NEW.status = OLD.status THEN true
    WHEN OLD.status IN ('RECEIVED', 'IDENTITY_PENDING', 'IN_PROGRESS', 'EXTENDED') THEN
      is_officer AND NEW.status NOT IN ('RECEIVED', 'UNDER_REVIEW', 'WITHDRAWN')
      OR is_patient AND NEW.status = 'WITHDRAWN'
    WHEN OLD.status IN ('DENIED', 'PARTIALLY_DENIED') THEN is_patient AND NEW.status = 'UNDER_REVIEW'
    WHEN OLD.status = 'UNDER_REVIEW' THEN
      is_officer AND NEW.status IN ('FULFILLED', 'PARTIALLY_DENIED', 'DENIED')
    ELSE false
  END;
  IF NOT is_step THEN
    RAISE EXCEPTION 'a request does not go from % to %', OLD.status, NEW.status
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER patient_access_requests_kept
  BEFORE UPDATE ON patient_access_requests
  FOR EACH ROW EXECUTE FUNCTION keep_patient_request();
CREATE OR REPLACE TRIGGER patient_amendment_requests_kept
  BEFORE UPDATE ON patient_amendment_requests
  FOR EACH ROW EXECUTE FUNCTION keep_patient_request();
CREATE OR REPLACE TRIGGER patient_privacy_requests_kept
  BEFORE UPDATE ON patient_privacy_requests
  FOR EACH ROW EXECUTE FUNCTION keep_patient_request();

-- Who decided a request is who did so, of an API key its owner: nothing but this trigger writes it.
CREATE OR REPLACE FUNCTION sign_patient_request()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NEW;
  END IF;
  NEW.decided_by_id := CASE
    WHEN OLD.status IN ('RECEIVED', 'IDENTITY_PENDING', 'IN_PROGRESS', 'EXTENDED')
      AND NEW.status IN ('FULFILLED', 'PARTIALLY_DENIED', 'DENIED')
    THEN actor_acting_user_id() ELSE OLD.decided_by_id END;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER patient_access_requests_signed
  BEFORE UPDATE ON patient_access_requests
  FOR EACH ROW EXECUTE FUNCTION sign_patient_request();
CREATE OR REPLACE TRIGGER patient_amendment_requests_signed
  BEFORE UPDATE ON patient_amendment_requests
  FOR EACH ROW EXECUTE FUNCTION sign_patient_request();
CREATE OR REPLACE TRIGGER patient_privacy_requests_signed
  BEFORE UPDATE ON patient_privacy_requests
  FOR EACH ROW EXECUTE FUNCTION sign_patient_request();

-- Who reviewed a denial is who did so. That it is not who decided it (45 CFR 164.524(a)(4)) a check of
-- the table holds.
CREATE OR REPLACE FUNCTION sign_denial_review()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NEW;
  END IF;
  NEW.reviewed_by_id := CASE
    WHEN OLD.status = 'UNDER_REVIEW' AND NEW.status IN ('FULFILLED', 'PARTIALLY_DENIED', 'DENIED')
    THEN actor_acting_user_id() ELSE OLD.reviewed_by_id END;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER patient_access_requests_review_signed
  BEFORE UPDATE ON patient_access_requests
  FOR EACH ROW EXECUTE FUNCTION sign_denial_review();

DROP FUNCTION IF EXISTS sign_access_request();
