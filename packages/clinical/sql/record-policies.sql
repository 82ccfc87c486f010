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

-- The sensitivity of the row counts beside the tie to its patient. Who adds a row is named in it; a
-- patient's own rows say so in their source (the condition of WRITE_OWN_RECORD).

DROP POLICY IF EXISTS diagnostic_reports_read ON diagnostic_reports;
CREATE POLICY diagnostic_reports_read ON diagnostic_reports FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS diagnostic_reports_add ON diagnostic_reports;
CREATE POLICY diagnostic_reports_add ON diagnostic_reports FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS diagnostic_reports_correct ON diagnostic_reports;
CREATE POLICY diagnostic_reports_correct ON diagnostic_reports FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS documents_read ON documents;
CREATE POLICY documents_read ON documents FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS documents_add ON documents;
CREATE POLICY documents_add ON documents FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'UPLOAD_OWN_DOCUMENTS', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS documents_correct ON documents;
CREATE POLICY documents_correct ON documents FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'UPLOAD_OWN_DOCUMENTS', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS encounters_read ON encounters;
CREATE POLICY encounters_read ON encounters FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS encounters_add ON encounters;
CREATE POLICY encounters_add ON encounters FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS encounters_correct ON encounters;
CREATE POLICY encounters_correct ON encounters FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_allergies_read ON patient_allergies;
CREATE POLICY patient_allergies_read ON patient_allergies FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_allergies_add ON patient_allergies;
CREATE POLICY patient_allergies_add ON patient_allergies FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_allergies_correct ON patient_allergies;
CREATE POLICY patient_allergies_correct ON patient_allergies FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_care_plans_read ON patient_care_plans;
CREATE POLICY patient_care_plans_read ON patient_care_plans FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_care_plans_add ON patient_care_plans;
CREATE POLICY patient_care_plans_add ON patient_care_plans FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_care_plans_correct ON patient_care_plans;
CREATE POLICY patient_care_plans_correct ON patient_care_plans FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_devices_read ON patient_devices;
CREATE POLICY patient_devices_read ON patient_devices FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_devices_add ON patient_devices;
CREATE POLICY patient_devices_add ON patient_devices FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_devices_correct ON patient_devices;
CREATE POLICY patient_devices_correct ON patient_devices FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_diagnoses_read ON patient_diagnoses;
CREATE POLICY patient_diagnoses_read ON patient_diagnoses FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_diagnoses_add ON patient_diagnoses;
CREATE POLICY patient_diagnoses_add ON patient_diagnoses FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_diagnoses_correct ON patient_diagnoses;
CREATE POLICY patient_diagnoses_correct ON patient_diagnoses FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_family_histories_read ON patient_family_histories;
CREATE POLICY patient_family_histories_read ON patient_family_histories FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_family_histories_add ON patient_family_histories;
CREATE POLICY patient_family_histories_add ON patient_family_histories FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_family_histories_correct ON patient_family_histories;
CREATE POLICY patient_family_histories_correct ON patient_family_histories FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_goals_read ON patient_goals;
CREATE POLICY patient_goals_read ON patient_goals FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_goals_add ON patient_goals;
CREATE POLICY patient_goals_add ON patient_goals FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_goals_correct ON patient_goals;
CREATE POLICY patient_goals_correct ON patient_goals FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_immunizations_read ON patient_immunizations;
CREATE POLICY patient_immunizations_read ON patient_immunizations FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_immunizations_add ON patient_immunizations;
CREATE POLICY patient_immunizations_add ON patient_immunizations FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_immunizations_correct ON patient_immunizations;
CREATE POLICY patient_immunizations_correct ON patient_immunizations FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_medications_read ON patient_medications;
CREATE POLICY patient_medications_read ON patient_medications FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_medications_add ON patient_medications;
CREATE POLICY patient_medications_add ON patient_medications FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_medications_correct ON patient_medications;
CREATE POLICY patient_medications_correct ON patient_medications FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_observations_read ON patient_observations;
CREATE POLICY patient_observations_read ON patient_observations FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_observations_add ON patient_observations;
CREATE POLICY patient_observations_add ON patient_observations FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_observations_correct ON patient_observations;
CREATE POLICY patient_observations_correct ON patient_observations FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_procedures_read ON patient_procedures;
CREATE POLICY patient_procedures_read ON patient_procedures FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_procedures_add ON patient_procedures;
CREATE POLICY patient_procedures_add ON patient_procedures FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_procedures_correct ON patient_procedures;
CREATE POLICY patient_procedures_correct ON patient_procedures FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS patient_vital_signs_read ON patient_vital_signs;
CREATE POLICY patient_vital_signs_read ON patient_vital_signs FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_vital_signs_add ON patient_vital_signs;
CREATE POLICY patient_vital_signs_add ON patient_vital_signs FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS patient_vital_signs_correct ON patient_vital_signs;
CREATE POLICY patient_vital_signs_correct ON patient_vital_signs FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));

DROP POLICY IF EXISTS service_requests_read ON service_requests;
CREATE POLICY service_requests_read ON service_requests FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD', NULL, security_labels, confidentiality));
DROP POLICY IF EXISTS service_requests_add ON service_requests;
CREATE POLICY service_requests_add ON service_requests FOR INSERT
  WITH CHECK (entered_by_id IS NOT DISTINCT FROM (SELECT actor_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
DROP POLICY IF EXISTS service_requests_correct ON service_requests;
CREATE POLICY service_requests_correct ON service_requests FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD', source::text, security_labels, confidentiality));
