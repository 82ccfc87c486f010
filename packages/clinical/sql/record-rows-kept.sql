-- What may change in a row of the record: that it was entered in error, and nothing else.
-- @needs Document
-- @needs Encounter
-- @needs PatientAllergy
-- @needs PatientDiagnosis
-- @needs PatientFamilyHistory
-- @needs PatientImmunization
-- @needs PatientMedication
-- @needs PatientObservation
-- @needs PatientProcedure
-- @needs PatientVitalSign

-- A row is corrected by another that supersedes it (FHIR), never overwritten, and its error never
-- undone. The arguments are the columns that may change beside those of every row. The owner of the
-- table is free: it migrates and re-encrypts.
CREATE OR REPLACE FUNCTION keep_record_row()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  may_change text[] := ARRAY['entered_in_error_at', 'version', 'updated_at'] || TG_ARGV;
BEGIN
  IF (to_jsonb(OLD) - may_change) = (to_jsonb(NEW) - may_change) AND OLD.entered_in_error_at IS NULL
    OR pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a row of % is corrected by another, never overwritten', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;

CREATE OR REPLACE TRIGGER documents_kept
  BEFORE UPDATE ON documents
  FOR EACH ROW EXECUTE FUNCTION keep_record_row('status');

CREATE OR REPLACE TRIGGER encounters_kept
  BEFORE UPDATE ON encounters
  FOR EACH ROW EXECUTE FUNCTION keep_record_row('status');

CREATE OR REPLACE TRIGGER patient_allergies_kept
  BEFORE UPDATE ON patient_allergies
  FOR EACH ROW EXECUTE FUNCTION keep_record_row('clinical_status', 'verification_status');

CREATE OR REPLACE TRIGGER patient_diagnoses_kept
  BEFORE UPDATE ON patient_diagnoses
  FOR EACH ROW EXECUTE FUNCTION keep_record_row('clinical_status', 'verification_status');

CREATE OR REPLACE TRIGGER patient_family_histories_kept
  BEFORE UPDATE ON patient_family_histories
  FOR EACH ROW EXECUTE FUNCTION keep_record_row('status');

CREATE OR REPLACE TRIGGER patient_immunizations_kept
  BEFORE UPDATE ON patient_immunizations
  FOR EACH ROW EXECUTE FUNCTION keep_record_row('status', 'status_reason_code');

CREATE OR REPLACE TRIGGER patient_medications_kept
  BEFORE UPDATE ON patient_medications
  FOR EACH ROW EXECUTE FUNCTION keep_record_row('status');

CREATE OR REPLACE TRIGGER patient_observations_kept
  BEFORE UPDATE ON patient_observations
  FOR EACH ROW EXECUTE FUNCTION keep_record_row('status', 'reviewed_by_id');

CREATE OR REPLACE TRIGGER patient_procedures_kept
  BEFORE UPDATE ON patient_procedures
  FOR EACH ROW EXECUTE FUNCTION keep_record_row('status');

CREATE OR REPLACE TRIGGER patient_vital_signs_kept
  BEFORE UPDATE ON patient_vital_signs
  FOR EACH ROW EXECUTE FUNCTION keep_record_row('status');
