-- One patient's record in one call: the summary and the timeline, under row security.
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
-- @needs CareTeamMember
-- @needs clinical/patient-access.sql
-- @needs clinical/record-policies.sql
-- @needs clinical/patient-policies.sql
-- @needs clinical/patient-records.sql

-- Both run as the caller, so that row security decides of each row; both answer null where the
-- patient may not be seen, else rows by the fields of the resource, but for ciphertext, which goes by
-- its column and as it is stored, and dates, whose precision goes beside them. A row that another
-- supersedes, or that was entered in error, is left out. Decimals are text, since numbers of JSON
-- lose their zeros; and the answer is json, which is built in a third of the time of jsonb.

-- What a clinician asks first: who it is, problems, allergies, current drugs, the last of each vital
-- sign, recent results, doses, procedures, visits, the family, and who treats the patient.
CREATE OR REPLACE FUNCTION patient_summary(patient uuid, options jsonb DEFAULT '{}')
RETURNS json
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  subject json;
  ids uuid[];
BEGIN
  subject := patient_person(patient);
  IF subject IS NULL THEN
    RETURN NULL;
  END IF;
  ids := linked_patients(patient);
  RETURN json_build_object(
    'patient', subject,
    'problems', (
      SELECT COALESCE(json_agg(entry), '[]')
      FROM (SELECT id, patient_id AS "patientId", security_labels AS "securityLabels", code,
        code_system AS "codeSystem", code_display AS "codeDisplay", clinical_status AS "clinicalStatus",
        verification_status AS "verificationStatus", category, severity_code AS "severityCode",
        onset_at AS "onsetAt", onset_precision AS "onsetPrecision", onset_text AS "onsetText",
        recorded_at AS "recordedAt", note_ciphertext
        FROM patient_diagnoses AS this
        WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL AND clinical_status IN ('active', 'recurrence', 'relapse') AND verification_status <> 'refuted'
          AND NOT EXISTS (SELECT FROM patient_diagnoses AS next
            WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
        ORDER BY recorded_at DESC, id DESC LIMIT 200) AS entry),
    'allergies', (
      SELECT COALESCE(json_agg(entry), '[]')
      FROM (SELECT id, patient_id AS "patientId", security_labels AS "securityLabels", code,
        code_system AS "codeSystem", code_display AS "codeDisplay", clinical_status AS "clinicalStatus",
        verification_status AS "verificationStatus", type, categories, criticality, onset_at AS "onsetAt",
        onset_precision AS "onsetPrecision", reactions, recorded_at AS "recordedAt",
        note_ciphertext
        FROM patient_allergies AS this
        WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL AND clinical_status = 'active' AND verification_status <> 'refuted'
          AND NOT EXISTS (SELECT FROM patient_allergies AS next
            WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
        ORDER BY recorded_at DESC, id DESC LIMIT 200) AS entry),
    'medications', (
      SELECT COALESCE(json_agg(entry), '[]')
      FROM (SELECT id, patient_id AS "patientId", security_labels AS "securityLabels", code,
        code_system AS "codeSystem", code_display AS "codeDisplay", kind, status, intent,
        dose_text, trim_scale(dose_value)::text AS "doseValue", dose_unit AS "doseUnit",
        route_code AS "routeCode", timing_code AS "timingCode", frequency,
        trim_scale(period_value)::text AS "periodValue", period_unit AS "periodUnit",
        as_needed AS "asNeeded", authored_on AS "authoredOn", authored_precision AS "authoredPrecision",
        effective_start AS "effectiveStart", effective_start_precision AS "effectiveStartPrecision",
        recorded_at AS "recordedAt", note_ciphertext
        FROM patient_medications AS this
        WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL AND kind IN ('ORDER', 'STATEMENT') AND status IN ('active', 'on-hold')
          AND NOT EXISTS (SELECT FROM patient_medications AS next
            WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
        ORDER BY recorded_at DESC, id DESC LIMIT 200) AS entry),
    'vitalSigns', (
      SELECT COALESCE(json_agg(entry), '[]')
      FROM (SELECT DISTINCT ON (loinc_code) id, patient_id AS "patientId", security_labels AS "securityLabels", code,
        code_system AS "codeSystem", code_display AS "codeDisplay", status, effective_at AS "effectiveAt",
        effective_precision AS "effectivePrecision",
        COALESCE(value_as_received, trim_scale(value)::text) AS value, comparator, unit,
        ucum_code AS "ucumCode", data_absent_reason AS "dataAbsentReason",
        interpretation_codes AS "interpretationCodes", panel_id AS "panelId"
        FROM patient_vital_signs AS this
        WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL AND status IN ('final', 'amended', 'corrected', 'preliminary')
          AND NOT EXISTS (SELECT FROM patient_vital_signs AS next
            WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
        ORDER BY loinc_code, effective_at DESC, id DESC LIMIT 50) AS entry),
    'results', (
      SELECT COALESCE(json_agg(entry), '[]')
      FROM (SELECT id, patient_id AS "patientId", security_labels AS "securityLabels", code,
        code_system AS "codeSystem", code_display AS "codeDisplay", status, effective_at AS "effectiveAt",
        effective_precision AS "effectivePrecision",
        COALESCE(value_as_received, trim_scale(value)::text) AS value, comparator, unit,
        ucum_code AS "ucumCode", value_code AS "valueCode", value_code_system AS "valueCodeSystem",
        value_text, interpretation_codes AS "interpretationCodes",
        data_absent_reason AS "dataAbsentReason", trim_scale(range_low)::text AS "rangeLow",
        trim_scale(range_high)::text AS "rangeHigh", range_text AS "rangeText"
        FROM patient_observations AS this
        WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL AND category = 'laboratory'
          AND NOT EXISTS (SELECT FROM patient_observations AS next
            WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
        ORDER BY effective_at DESC NULLS LAST, id DESC LIMIT 20) AS entry),
    'immunizations', (
      SELECT COALESCE(json_agg(entry), '[]')
      FROM (SELECT id, patient_id AS "patientId", security_labels AS "securityLabels", code,
        code_system AS "codeSystem", code_display AS "codeDisplay", status,
        occurrence_at AS "occurrenceAt", occurrence_precision AS "occurrencePrecision",
        dose_number AS "doseNumber"
        FROM patient_immunizations AS this
        WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
          AND NOT EXISTS (SELECT FROM patient_immunizations AS next
            WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
        ORDER BY occurrence_at DESC, id DESC LIMIT 20) AS entry),
    'procedures', (
      SELECT COALESCE(json_agg(entry), '[]')
      FROM (SELECT id, patient_id AS "patientId", security_labels AS "securityLabels", code,
        code_system AS "codeSystem", code_display AS "codeDisplay", status,
        performed_start AS "performedStart", performed_start_precision AS "performedStartPrecision",
        body_site_code AS "bodySiteCode"
        FROM patient_procedures AS this
        WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
          AND NOT EXISTS (SELECT FROM patient_procedures AS next
            WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
        ORDER BY performed_start DESC NULLS LAST, id DESC LIMIT 20) AS entry),
    'encounters', (
      SELECT COALESCE(json_agg(entry), '[]')
      FROM (SELECT id, patient_id AS "patientId", security_labels AS "securityLabels", code,
        code_system AS "codeSystem", code_display AS "codeDisplay", status, class_code AS "classCode",
        period_start AS "periodStart", period_start_precision AS "periodStartPrecision",
        period_end AS "periodEnd", period_end_precision AS "periodEndPrecision",
        reason_code AS "reasonCode", reason_system AS "reasonSystem"
        FROM encounters AS this
        WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
          AND NOT EXISTS (SELECT FROM encounters AS next
            WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
        ORDER BY period_start DESC NULLS LAST, id DESC LIMIT 10) AS entry),
    'familyHistory', (
      SELECT COALESCE(json_agg(entry), '[]')
      FROM (SELECT id, patient_id AS "patientId", security_labels AS "securityLabels", code,
        code_system AS "codeSystem", code_display AS "codeDisplay", status,
        relationship_code AS "relationshipCode", sex, trim_scale(onset_age_years)::text AS "onsetAgeYears",
        is_deceased AS "isDeceased", trim_scale(deceased_age_years)::text AS "deceasedAgeYears",
        contributed_to_death AS "contributedToDeath", recorded_at AS "recordedAt"
        FROM patient_family_histories AS this
        WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
          AND NOT EXISTS (SELECT FROM patient_family_histories AS next
            WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
        ORDER BY recorded_at DESC, id DESC LIMIT 50) AS entry),
    'careTeam', (
      SELECT COALESCE(json_agg(json_build_object('id', id, 'role', role, 'teamName', team_name,
          'practitionerId', practitioner_id, 'userId', user_id, 'organizationId', organization_id) ORDER BY id), '[]')
      FROM care_team_members
      WHERE patient_id = ANY (ids) AND valid_from <= now() AND (valid_to IS NULL OR valid_to > now())));
END
$$;

-- What happened to the patient, latest first, over all lists. Options: `limit`, and `at` and `id` of
-- the last entry of the page before.
CREATE OR REPLACE FUNCTION patient_timeline(patient uuid, options jsonb DEFAULT '{}')
RETURNS json
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  ids uuid[];
  page_size integer := LEAST((options ->> 'limit')::integer, 201);
  last_at timestamptz := COALESCE((options ->> 'at')::timestamptz, 'infinity');
  last_id uuid := COALESCE((options ->> 'id')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
BEGIN
  PERFORM FROM patients WHERE id = patient;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  ids := linked_patients(patient);
  RETURN (
    SELECT COALESCE(json_agg(json_build_object('list', list, 'id', id, 'at', at, 'precision', precision,
      'code', code, 'codeSystem', code_system, 'codeDisplay', code_display, 'status', status,
      'securityLabels', security_labels) ORDER BY at DESC, id DESC), '[]')
    FROM (
      SELECT * FROM (
        (SELECT 'diagnoses' AS list, id, COALESCE(onset_at, recorded_at) AS at, onset_precision AS precision, code, code_system, code_display, clinical_status::text AS status, security_labels
          FROM patient_diagnoses AS this WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
            AND (COALESCE(onset_at, recorded_at), id) < (last_at, last_id)
            AND NOT EXISTS (SELECT FROM patient_diagnoses AS next WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
          ORDER BY at DESC, id DESC LIMIT page_size)
        UNION ALL
        (SELECT 'medications', id, COALESCE(effective_start, authored_on, recorded_at) AS at, CASE WHEN effective_start IS NULL THEN authored_precision ELSE effective_start_precision END, code, code_system, code_display, status::text, security_labels
          FROM patient_medications AS this WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
            AND (COALESCE(effective_start, authored_on, recorded_at), id) < (last_at, last_id)
            AND NOT EXISTS (SELECT FROM patient_medications AS next WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
          ORDER BY at DESC, id DESC LIMIT page_size)
        UNION ALL
        (SELECT 'allergies', id, COALESCE(onset_at, recorded_at) AS at, onset_precision, code, code_system, code_display, clinical_status::text, security_labels
          FROM patient_allergies AS this WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
            AND (COALESCE(onset_at, recorded_at), id) < (last_at, last_id)
            AND NOT EXISTS (SELECT FROM patient_allergies AS next WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
          ORDER BY at DESC, id DESC LIMIT page_size)
        UNION ALL
        (SELECT 'immunizations', id, occurrence_at AS at, occurrence_precision, code, code_system, code_display, status::text, security_labels
          FROM patient_immunizations AS this WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
            AND (occurrence_at, id) < (last_at, last_id)
            AND NOT EXISTS (SELECT FROM patient_immunizations AS next WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
          ORDER BY at DESC, id DESC LIMIT page_size)
        UNION ALL
        (SELECT 'procedures', id, COALESCE(performed_start, recorded_at) AS at, performed_start_precision, code, code_system, code_display, status::text, security_labels
          FROM patient_procedures AS this WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
            AND (COALESCE(performed_start, recorded_at), id) < (last_at, last_id)
            AND NOT EXISTS (SELECT FROM patient_procedures AS next WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
          ORDER BY at DESC, id DESC LIMIT page_size)
        UNION ALL
        (SELECT 'vital-signs', id, effective_at AS at, effective_precision, code, code_system, code_display, status::text, security_labels
          FROM patient_vital_signs AS this WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
            AND (effective_at, id) < (last_at, last_id)
            AND NOT EXISTS (SELECT FROM patient_vital_signs AS next WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
          ORDER BY at DESC, id DESC LIMIT page_size)
        UNION ALL
        (SELECT 'results', id, COALESCE(effective_at, issued_at, recorded_at) AS at, effective_precision, code, code_system, code_display, status::text, security_labels
          FROM patient_observations AS this WHERE patient_id = ANY (ids) AND category = 'laboratory' AND entered_in_error_at IS NULL
            AND (COALESCE(effective_at, issued_at, recorded_at), id) < (last_at, last_id)
            AND NOT EXISTS (SELECT FROM patient_observations AS next WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
          ORDER BY at DESC, id DESC LIMIT page_size)
        UNION ALL
        (SELECT 'encounters', id, COALESCE(period_start, recorded_at) AS at, period_start_precision, COALESCE(code, class_code), COALESCE(code_system, class_system), code_display, status::text, security_labels
          FROM encounters AS this WHERE patient_id = ANY (ids) AND entered_in_error_at IS NULL
            AND (COALESCE(period_start, recorded_at), id) < (last_at, last_id)
            AND NOT EXISTS (SELECT FROM encounters AS next WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id)
          ORDER BY at DESC, id DESC LIMIT page_size)
      ) AS entry ORDER BY at DESC, id DESC LIMIT page_size
    ) AS page);
END
$$;
