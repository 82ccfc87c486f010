-- Row security of patients, their identifiers, relationships, care teams, files and provenance.
-- @needs Patient
-- @needs PatientIdentifier
-- @needs PatientRelationship
-- @needs PatientCoverage
-- @needs PatientRepository
-- @needs CareTeamMember
-- @needs SecureFile
-- @needs OcrResult
-- @needs ExtractedData
-- @needs Provenance
-- @needs clinical/patient-access.sql
-- @needs clinical/record-policies.sql

DROP POLICY IF EXISTS patients_read ON patients;
CREATE POLICY patients_read ON patients FOR SELECT
  USING (may_access_patient(id, 'READ_PHI', 'READ_OWN_RECORD', NULL, '{}', confidentiality));

-- Staff register patients of the organisation they act in; a person registers the own record, alone.
DROP POLICY IF EXISTS patients_add ON patients;
CREATE POLICY patients_add ON patients FOR INSERT
  WITH CHECK (
    CASE WHEN user_id IS NULL
      THEN organization_id IS NOT DISTINCT FROM (SELECT actor_organization_id())
        AND (SELECT actor_has_permission('WRITE_PHI', ARRAY['TREATMENT']))
      ELSE user_id = (SELECT actor_user_id()) AND organization_id IS NULL AND mrn IS NULL
        AND (SELECT actor_has_permission('WRITE_OWN_RECORD', ARRAY['SELF_OR_REPRESENTATIVE'], 'PATIENT_ENTERED'))
    END);

-- The chart of an organisation is the organisation's to change: the patient asks for an amendment
-- (45 CFR 164.526).
DROP POLICY IF EXISTS patients_correct ON patients;
CREATE POLICY patients_correct ON patients FOR UPDATE
  USING (may_access_patient(id, 'WRITE_PHI', CASE WHEN organization_id IS NULL THEN 'WRITE_OWN_RECORD' END,
    NULL, '{}', confidentiality));

-- A chart stays with its organisation, and nobody takes another's chart for the own one or lets it go.
CREATE OR REPLACE FUNCTION keep_patient_owners()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
    OR NEW.organization_id IS NOT DISTINCT FROM OLD.organization_id
      AND (NEW.user_id IS NOT DISTINCT FROM OLD.user_id
        OR OLD.user_id IS NULL AND NEW.user_id <> actor_acting_user_id())
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the account and the organisation of a patient are not exchanged'
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;

CREATE OR REPLACE TRIGGER patients_owners_kept
  BEFORE UPDATE OF organization_id, user_id ON patients
  FOR EACH ROW EXECUTE FUNCTION keep_patient_owners();

DROP POLICY IF EXISTS patient_identifiers_read ON patient_identifiers;
CREATE POLICY patient_identifiers_read ON patient_identifiers FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD'));
DROP POLICY IF EXISTS patient_identifiers_add ON patient_identifiers;
CREATE POLICY patient_identifiers_add ON patient_identifiers FOR INSERT
  WITH CHECK (may_access_patient(patient_id, 'WRITE_PHI', NULL));
DROP POLICY IF EXISTS patient_identifiers_correct ON patient_identifiers;
CREATE POLICY patient_identifiers_correct ON patient_identifiers FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', NULL));

DROP POLICY IF EXISTS patient_relationships_read ON patient_relationships;
CREATE POLICY patient_relationships_read ON patient_relationships FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD'));
-- Nobody makes himself a representative.
DROP POLICY IF EXISTS patient_relationships_add ON patient_relationships;
CREATE POLICY patient_relationships_add ON patient_relationships FOR INSERT
  WITH CHECK (related_user_id IS DISTINCT FROM (SELECT actor_acting_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', NULL));
DROP POLICY IF EXISTS patient_relationships_correct ON patient_relationships;
CREATE POLICY patient_relationships_correct ON patient_relationships FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', NULL))
  WITH CHECK (related_user_id IS DISTINCT FROM (SELECT actor_acting_user_id())
    AND may_access_patient(patient_id, 'WRITE_PHI', NULL));

DROP POLICY IF EXISTS care_team_members_read ON care_team_members;
CREATE POLICY care_team_members_read ON care_team_members FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD'));
-- Who treats the patient brings in others; who registers a patient begins with himself.
DROP POLICY IF EXISTS care_team_members_add ON care_team_members;
CREATE POLICY care_team_members_add ON care_team_members FOR INSERT
  WITH CHECK (may_access_patient(patient_id, 'WRITE_PHI', NULL)
    OR (user_id = (SELECT actor_acting_user_id()) AND is_patient_new(patient_id)));
DROP POLICY IF EXISTS care_team_members_correct ON care_team_members;
CREATE POLICY care_team_members_correct ON care_team_members FOR UPDATE
  USING (may_access_patient(patient_id, 'WRITE_PHI', NULL));

DROP POLICY IF EXISTS patient_coverages_read ON patient_coverages;
CREATE POLICY patient_coverages_read ON patient_coverages FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD'));

DROP POLICY IF EXISTS patient_repositories_read ON patient_repositories;
CREATE POLICY patient_repositories_read ON patient_repositories FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD'));

-- Whether the caller may bring files into the record: who treats the patient, the patient, and a
-- representative.
CREATE OR REPLACE FUNCTION may_add_files(patient uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN may_access_record(patient, 'WRITE_PHI', NULL, 'CLINICIAN_ENTERED', '{}', 'N', 'DocumentReference', NULL, NULL)
    OR may_access_record(patient, NULL, 'UPLOAD_OWN_DOCUMENTS', 'PATIENT_ENTERED', '{}', 'N', 'DocumentReference', NULL,
      NULL);
END
$$;

-- Bytes that the files of a patient may still take, whoever may see them; null for who may add none.
CREATE OR REPLACE FUNCTION room_for_files(patient uuid)
RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF NOT may_add_files(patient) THEN
    RETURN NULL;
  END IF;
  RETURN COALESCE((SELECT CASE status WHEN 'OPEN' THEN quota_bytes ELSE 0 END
        FROM patient_repositories WHERE patient_id = patient), 10737418240)
    - COALESCE((SELECT sum(byte_size) FROM secure_files
        WHERE patient_id = patient AND destroyed_at IS NULL), 0)::bigint;
END
$$;

-- A file is as sensitive as the documents it is the content of; who brought it sees it before.
DROP POLICY IF EXISTS secure_files_read ON secure_files;
CREATE POLICY secure_files_read ON secure_files FOR SELECT
  USING (uploaded_by_id = (SELECT actor_acting_user_id())
    OR EXISTS (SELECT FROM documents WHERE documents.secure_file_id = secure_files.id));
DROP POLICY IF EXISTS secure_files_add ON secure_files;
CREATE POLICY secure_files_add ON secure_files FOR INSERT
  WITH CHECK (uploaded_by_id = (SELECT actor_acting_user_id()) AND status = 'ENCRYPTED' AND scan_status = 'PENDING'
    AND deleted_at IS NULL AND destroyed_at IS NULL AND may_add_files(patient_id));

-- What was read from a document is as sensitive as the document.
DROP POLICY IF EXISTS ocr_results_read ON ocr_results;
CREATE POLICY ocr_results_read ON ocr_results FOR SELECT
  USING (EXISTS (SELECT FROM documents WHERE documents.id = document_id));
DROP POLICY IF EXISTS extracted_data_read ON extracted_data;
CREATE POLICY extracted_data_read ON extracted_data FOR SELECT
  USING (EXISTS (SELECT FROM documents WHERE documents.id = document_id));

DROP POLICY IF EXISTS provenances_read ON provenances;
CREATE POLICY provenances_read ON provenances FOR SELECT
  USING (may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD'));
DROP POLICY IF EXISTS provenances_add ON provenances;
CREATE POLICY provenances_add ON provenances FOR INSERT
  WITH CHECK (may_access_patient(patient_id, 'WRITE_PHI', 'WRITE_OWN_RECORD'));
