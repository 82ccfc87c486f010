-- Row security of the record's rows: who may see, add and correct them. None is ever deleted.
-- @needs DiagnosticReport
-- @needs Document
-- @needs Encounter
-- @needs PatientAllergy
-- @needs PatientCarePlan
-- @needs PatientDevice
-- @needs PatientDiagnosis
-- @needs PatientFamilyHistory
-- @needs PatientGoal
-- @needs PatientImmunization
-- @needs PatientMedication
-- @needs PatientObservation
-- @needs PatientProcedure
-- @needs PatientVitalSign
-- @needs ServiceRequest
-- @needs clinical/patient-access.sql

-- The tables of the record. Of a row `this`: its FHIR R4 resource type and when it was so, both as
-- expressions, which consents are about; and the permission by which a patient writes it.
CREATE OR REPLACE FUNCTION record_tables()
RETURNS TABLE (name text, kind text, happened text, own_write text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  VALUES
    ('diagnostic_reports', $x$'DiagnosticReport'$x$, 'COALESCE(this.effective_at, this.issued_at, this.recorded_at)', 'WRITE_OWN_RECORD'),
    ('documents', $x$'DocumentReference'$x$, 'COALESCE(this.authored_at, this.recorded_at)', 'UPLOAD_OWN_DOCUMENTS'),
    ('encounters', $x$'Encounter'$x$, 'COALESCE(this.period_start, this.recorded_at)', 'WRITE_OWN_RECORD'),
    ('patient_allergies', $x$'AllergyIntolerance'$x$, 'this.recorded_at', 'WRITE_OWN_RECORD'),
    ('patient_care_plans', $x$'CarePlan'$x$, 'COALESCE(this.period_start, this.recorded_at)', 'WRITE_OWN_RECORD'),
    ('patient_devices', $x$'Device'$x$, 'this.recorded_at', 'WRITE_OWN_RECORD'),
    ('patient_diagnoses', $x$'Condition'$x$, 'this.recorded_at', 'WRITE_OWN_RECORD'),
    ('patient_family_histories', $x$'FamilyMemberHistory'$x$, 'this.recorded_at', 'WRITE_OWN_RECORD'),
    ('patient_goals', $x$'Goal'$x$, 'this.recorded_at', 'WRITE_OWN_RECORD'),
    ('patient_immunizations', $x$'Immunization'$x$, 'this.occurrence_at', 'WRITE_OWN_RECORD'),
    ('patient_medications', $x$CASE this.kind WHEN 'STATEMENT' THEN 'MedicationStatement' WHEN 'DISPENSE' THEN 'MedicationDispense' WHEN 'ADMINISTRATION' THEN 'MedicationAdministration' ELSE 'MedicationRequest' END$x$,
      'COALESCE(this.effective_start, this.authored_on, this.recorded_at)', 'WRITE_OWN_RECORD'),
    ('patient_observations', $x$'Observation'$x$, 'COALESCE(this.effective_at, this.issued_at, this.recorded_at)', 'WRITE_OWN_RECORD'),
    ('patient_procedures', $x$'Procedure'$x$, 'COALESCE(this.performed_start, this.recorded_at)', 'WRITE_OWN_RECORD'),
    ('patient_vital_signs', $x$'Observation'$x$, 'this.effective_at', 'WRITE_OWN_RECORD'),
    ('service_requests', $x$'ServiceRequest'$x$, 'COALESCE(this.authored_on, this.recorded_at)', 'WRITE_OWN_RECORD')
$$;

-- The sensitivity of the row counts beside the tie to its patient. Who adds a row is named in it, of an
-- API key its owner; a patient's own rows say so in their source (the condition of WRITE_OWN_RECORD).
DO $make$
DECLARE
  list record;
  facts text;
BEGIN
  FOR list IN SELECT * FROM record_tables() LOOP
    facts := replace(format('security_labels, confidentiality, %s, %s, entered_by_id', list.kind, list.happened),
      'this.', '');
    EXECUTE format($template$
      DROP POLICY IF EXISTS %1$s_read ON %1$s;
      CREATE POLICY %1$s_read ON %1$s FOR SELECT
        USING (may_access_record(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, %2$s));
      DROP POLICY IF EXISTS %1$s_add ON %1$s;
      CREATE POLICY %1$s_add ON %1$s FOR INSERT
        WITH CHECK (entered_by_id = (SELECT actor_acting_user_id())
          AND may_access_record(patient_id, 'WRITE_PHI', %3$L, source::text, %2$s));
      DROP POLICY IF EXISTS %1$s_correct ON %1$s;
      CREATE POLICY %1$s_correct ON %1$s FOR UPDATE
        USING (may_access_record(patient_id, 'WRITE_PHI', %3$L, source::text, %2$s));
    $template$, list.name, facts, list.own_write);
  END LOOP;
END
$make$;
