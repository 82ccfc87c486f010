-- One list of a patient's record, under row security.
-- @needs Document
-- @needs Patient
-- @needs PatientDiagnosis
-- @needs PatientMedication
-- @needs PatientAllergy
-- @needs PatientImmunization
-- @needs PatientProcedure
-- @needs PatientVitalSign
-- @needs PatientFamilyHistory
-- @needs PatientObservation
-- @needs Encounter
-- @needs clinical/patient-access.sql
-- @needs clinical/record-policies.sql
-- @needs clinical/patient-policies.sql

-- Runs as the caller; null where the patient may not be seen. Options: `table`; `columns` and
-- `decimals`, the columns to show, decimals as text; `order`, the column that orders the list, newest
-- first; `limit`; `at` and `id` of the last row before the page; `history`, also what was corrected or
-- entered in error; `category`.
CREATE OR REPLACE FUNCTION patient_records(patient uuid, options jsonb)
RETURNS json
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  ids uuid[];
  source text := options ->> 'table';
  shown text;
  conditions text := '';
  answer json;
BEGIN
  PERFORM FROM patients WHERE id = patient;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  ids := linked_patients(patient);
  IF source <> ALL (ARRAY['patient_diagnoses', 'patient_medications', 'patient_allergies',
    'patient_immunizations', 'patient_procedures', 'patient_vital_signs', 'patient_family_histories',
    'patient_observations', 'encounters', 'documents'])
  THEN
    RAISE EXCEPTION 'patient_records knows no such list' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT string_agg(format('%I', name), ', ') INTO shown
    FROM jsonb_array_elements_text(options -> 'columns') AS name;
  shown := concat_ws(', ', shown, (SELECT string_agg(format('%I::text', name), ', ')
    FROM jsonb_array_elements_text(options -> 'decimals') AS name));
  IF options -> 'history' IS DISTINCT FROM 'true' THEN
    conditions := format(' AND entered_in_error_at IS NULL AND NOT EXISTS (SELECT FROM %I AS next
      WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)', source);
  END IF;
  IF options ->> 'at' IS NOT NULL THEN
    conditions := conditions || format(' AND (%I, id) < ($2, $3)', options ->> 'order');
  END IF;
  IF options ->> 'category' IS NOT NULL THEN
    conditions := conditions || ' AND category = $5';
  END IF;
  EXECUTE format('SELECT COALESCE(json_agg(entry), ''[]'') FROM (SELECT %s FROM %I AS this
      WHERE patient_id = ANY ($1)%s ORDER BY %I DESC, id DESC LIMIT $4) AS entry',
      shown, source, conditions, options ->> 'order')
    INTO answer
    USING ids, (options ->> 'at')::timestamptz, (options ->> 'id')::uuid,
      LEAST((options ->> 'limit')::integer, 201), options ->> 'category';
  RETURN answer;
END
$$;

-- Who the patient is: what is known of the person, with ciphertext as it is stored.
CREATE OR REPLACE FUNCTION patient_person(patient uuid, options jsonb DEFAULT '{}')
RETURNS json
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT to_json(shown)
  FROM (SELECT id, organization_id, mrn, family, given, other_names_ciphertext, birth_date, gender,
      birth_sex, gender_identity_code, race_codes, ethnicity_codes, tribal_affiliation, language,
      interpreter_needed, telecom_ciphertext, address_ciphertext, marital_status_code,
      general_practitioner_id, deceased_at, deceased_precision, is_deceased, majority_on,
      confidentiality, active, merged_into_id, version, created_at, updated_at
    FROM patients WHERE id = patient) AS shown
$$;
