-- Reads, adds, corrects and enters in error the rows of the record, each in one call.
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

-- As whom the caller may write a row of the record: its source, where none is given that of who
-- treats the patient, else that of the patient, who needs the permission `own_write`. Null where the
-- policy lets the caller write neither.
DROP FUNCTION IF EXISTS source_of_writer(uuid, text, text[], confidentiality);
DROP FUNCTION IF EXISTS source_of_writer(
  uuid, text, text[], confidentiality, text, timestamptz, uuid);
CREATE OR REPLACE FUNCTION source_of_writer(
  patient uuid, source text, labels text[], secrecy confidentiality, kind text, happened timestamptz,
  author uuid, own_write text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  treating text := COALESCE(source, 'CLINICIAN_ENTERED');
  own text := COALESCE(source, 'PATIENT_ENTERED');
BEGIN
  IF may_access_record(patient, 'WRITE_PHI', NULL, treating, labels, secrecy, kind, happened, author) THEN
    RETURN treating;
  END IF;
  IF may_access_record(patient, NULL, own_write, own, labels, secrecy, kind, happened, author) THEN
    RETURN own;
  END IF;
  RETURN NULL;
END
$$;

-- Four functions of each list, all alike but for what is named here: the condition that tells its
-- rows from others of the table, its decimals, which are shown as text, since numbers of JSON lose
-- their zeros, and what an error sets. Statements that stand in a function are planned once on each
-- connection; those that it puts together, each time. All run as the caller, so that row security
-- decides of each row. They answer null where the patient may not be seen, and a JSON string where
-- they refuse: RECORD_MISSING, ACT_REFUSED, RECORD_CLOSED and the id of the row that corrects it,
-- PATIENT_MERGED and the id of the patient it was merged into.
--
-- `…_read`: the row `record`, whatever became of it, with the row that corrects it.
-- `…_open`: the same for who is about to change it; refuses what is history.
-- `…_write`: adds `row`, all of its columns by name; where `record` is given, in its place.
-- `…_enter_in_error`: says of `record`, in its version `version`, that it was entered in error `at`.
DO $make$
DECLARE
  list record;
  shown text;
BEGIN
  FOR list IN
    SELECT lists.name, condition, error, tables.kind, tables.happened, tables.own_write, concat_ws(', ', 'this.*', (
        SELECT string_agg(format('this.%1$I::text AS %1$I', field), ', ') FROM unnest(decimals) AS field
      )) AS columns
    FROM (VALUES
      ('documents', 'true', $$status = 'entered-in-error'$$, '{}'::text[]),
      ('encounters', 'true', $$status = 'entered-in-error'$$, '{}'),
      ('patient_allergies', 'true',
        $$clinical_status = NULL, verification_status = 'entered-in-error'$$, '{}'),
      ('patient_diagnoses', 'true',
        $$clinical_status = NULL, verification_status = 'entered-in-error'$$, '{}'),
      ('patient_family_histories', 'true', $$status = 'entered-in-error'$$,
        '{age_years,deceased_age_years,onset_age_years}'),
      ('patient_immunizations', 'true', $$status = 'entered-in-error', status_reason_code = NULL$$,
        '{dose_quantity}'),
      ('patient_medications', 'true', $$status = 'entered-in-error'$$,
        '{dose_value,period_value,quantity}'),
      ('patient_observations', $$this.category = 'laboratory'$$, $$status = 'entered-in-error'$$,
        '{value,range_low,range_high,std_value,std_confidence}'),
      ('patient_procedures', 'true', $$status = 'entered-in-error'$$, '{}'),
      ('patient_vital_signs', 'true', $$status = 'entered-in-error'$$, '{value}')
    ) AS lists (name, condition, error, decimals)
    JOIN record_tables() AS tables USING (name)
  LOOP
    EXECUTE format($template$
      CREATE OR REPLACE FUNCTION %1$s_read(patient uuid, options jsonb)
      RETURNS json
      LANGUAGE plpgsql STABLE
      SET search_path = pg_catalog, public, pg_temp
      AS $$
      DECLARE
        answer json;
      BEGIN
        PERFORM FROM patients WHERE id = patient;
        IF NOT FOUND THEN
          RETURN NULL;
        END IF;
        SELECT row_to_json(shown) INTO answer
        FROM (SELECT %2$s, (SELECT next.id FROM %1$s AS next
            WHERE next.supersedes_id = this.id AND next.patient_id = this.patient_id) AS superseded_by_id
          FROM %1$s AS this
          WHERE this.id = (options ->> 'record')::uuid
            AND this.patient_id = ANY (linked_patients(patient)) AND %3$s) AS shown;
        RETURN COALESCE(answer, to_json('RECORD_MISSING'::text));
      END
      $$;

      CREATE OR REPLACE FUNCTION %1$s_lock(patient uuid, record uuid, OUT locked %1$s, OUT refusal json)
      LANGUAGE plpgsql
      SET search_path = pg_catalog, public, pg_temp
      AS $$
      DECLARE
        correction uuid;
      BEGIN
        SELECT * INTO locked FROM %1$s AS this
        WHERE this.id = record AND this.patient_id = ANY (linked_patients(patient)) AND %3$s
        FOR UPDATE;
        -- Row security hides from FOR UPDATE what the caller may not change.
        IF NOT FOUND THEN
          refusal := to_json('ACT_REFUSED'::text);
          RETURN;
        END IF;
        -- Seen only by a statement that began after the lock was there.
        SELECT id INTO correction FROM %1$s
        WHERE supersedes_id = record AND patient_id = locked.patient_id;
        IF FOUND OR locked.entered_in_error_at IS NOT NULL THEN
          refusal := to_json(concat_ws(' ', 'RECORD_CLOSED', correction));
        END IF;
      END
      $$;

      CREATE OR REPLACE FUNCTION %1$s_open(patient uuid, options jsonb)
      RETURNS json
      LANGUAGE plpgsql
      SET search_path = pg_catalog, public, pg_temp
      AS $$
      DECLARE
        answer json := %1$s_read(patient, options);
      BEGIN
        IF json_typeof(answer) = 'object' AND COALESCE(
          answer ->> 'superseded_by_id', answer ->> 'entered_in_error_at') IS NOT NULL
        THEN
          -- Who may not change it is told so first.
          RETURN (SELECT refusal FROM %1$s_lock(patient, (options ->> 'record')::uuid));
        END IF;
        RETURN answer;
      END
      $$;

      CREATE OR REPLACE FUNCTION %1$s_write(patient uuid, options jsonb)
      RETURNS json
      LANGUAGE plpgsql
      SET search_path = pg_catalog, public, pg_temp
      AS $$
      DECLARE
        this %1$s;
        before record;
        merged_into uuid;
      BEGIN
        SELECT merged_into_id INTO merged_into FROM patients WHERE id = patient;
        IF NOT FOUND THEN
          RETURN NULL;
        END IF;
        this := jsonb_populate_record(NULL::%1$s, options -> 'row');
        this.patient_id := patient;
        this.entered_by_id := actor_acting_user_id();
        IF options ? 'record' THEN
          SELECT * INTO before FROM %1$s_lock(patient, (options ->> 'record')::uuid);
          IF before.refusal IS NOT NULL THEN
            RETURN before.refusal;
          END IF;
          this.patient_id := (before.locked).patient_id;
          this.supersedes_id := (before.locked).id;
          this.version := (before.locked).version + 1;
        END IF;
        this.source := source_of_writer(patient, this.source::text, this.security_labels, this.confidentiality,
          %5$s, %6$s, this.entered_by_id, %7$L);
        IF this.source IS NULL THEN
          RETURN to_json('ACT_REFUSED'::text);
        END IF;
        IF merged_into IS NOT NULL THEN
          RETURN to_json('PATIENT_MERGED ' || merged_into);
        END IF;
        INSERT INTO %1$s VALUES (this.*) RETURNING * INTO this;
        RETURN (SELECT row_to_json(shown) FROM (SELECT %2$s) AS shown);
      END
      $$;

      CREATE OR REPLACE FUNCTION %1$s_enter_in_error(patient uuid, options jsonb)
      RETURNS json
      LANGUAGE plpgsql
      SET search_path = pg_catalog, public, pg_temp
      AS $$
      DECLARE
        before record;
      BEGIN
        PERFORM FROM patients WHERE id = patient;
        IF NOT FOUND THEN
          RETURN NULL;
        END IF;
        SELECT * INTO before FROM %1$s_lock(patient, (options ->> 'record')::uuid);
        IF before.refusal IS NOT NULL THEN
          RETURN before.refusal;
        END IF;
        UPDATE %1$s SET %4$s, entered_in_error_at = (options ->> 'at')::timestamptz,
          version = version + 1, updated_at = (options ->> 'at')::timestamptz
        WHERE id = (before.locked).id;
        RETURN '{}';
      END
      $$;
    $template$, list.name, list.columns, list.condition, list.error, list.kind, list.happened,
      list.own_write);
  END LOOP;
END
$make$;
