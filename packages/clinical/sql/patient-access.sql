-- Who may reach which patient's record: the one policy that row security and the use cases ask.
-- @needs Patient
-- @needs PatientRelationship
-- @needs CareTeamMember
-- @needs Practitioner
-- @needs identity/actor.sql
-- @needs identity/permissions.sql

-- The records of one person: this one, what was merged into it, and what it was merged into.
CREATE OR REPLACE FUNCTION linked_patients(patient uuid)
RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN ARRAY(
    SELECT linked.id
    FROM patients AS this
    JOIN patients AS linked ON linked.id IN (this.id, this.merged_into_id)
      OR linked.merged_into_id IN (this.id, this.merged_into_id)
    WHERE this.id = patient);
END
$$;

-- Whether a person treats one of these patients today: named in the care team, as an account or as a
-- practitioner, or acting in an organisation that is.
CREATE OR REPLACE FUNCTION is_treated_by(patients uuid[], person uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM care_team_members AS member
    WHERE member.patient_id = ANY (patients)
      AND member.valid_from <= now()
      AND (member.valid_to IS NULL OR member.valid_to > now())
      AND (member.user_id = person
        OR member.organization_id = actor_organization_id()
        OR EXISTS (
          SELECT FROM practitioners
          WHERE practitioners.id = member.practitioner_id
            AND practitioners.user_id = person AND practitioners.active)));
END
$$;

-- Whether a person is the patient, or stands in the patient's place (45 CFR 164.502(g)) for what the
-- permission names and for rows with these sensitivity labels.
CREATE OR REPLACE FUNCTION is_self_or_representative(
  patients uuid[], person uuid, permission text, labels text[])
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM patients AS patient
    WHERE patient.id = ANY (patients)
      AND (patient.user_id = person OR EXISTS (
        SELECT FROM patient_relationships AS relationship
        WHERE relationship.patient_id = patient.id
          AND relationship.related_user_id = person
          AND relationship.is_personal_representative
          AND relationship.revoked_at IS NULL
          AND relationship.valid_from <= now()
          AND (relationship.valid_to IS NULL OR relationship.valid_to > now())
          AND NOT (relationship.ends_at_majority
            AND COALESCE(patient.majority_on <= (now() AT TIME ZONE 'UTC')::date, true))
          AND NOT relationship.excluded_services && labels
          AND CASE relationship.scope
            WHEN 'FULL' THEN true
            WHEN 'READ_WRITE' THEN permission IN (
              'READ_OWN_RECORD', 'READ_OWN_ACCESS_LOG', 'WRITE_OWN_RECORD', 'UPLOAD_OWN_DOCUMENTS')
            WHEN 'READ' THEN permission IN ('READ_OWN_RECORD', 'READ_OWN_ACCESS_LOG')
            ELSE false
          END)));
END
$$;

-- The decision itself. Default deny: a tie to the person AND a permission that holds under that tie.
CREATE OR REPLACE FUNCTION decide_patient_access(
  patient uuid, treating text, own text, source text, labels text[], is_very_restricted boolean)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  person uuid := actor_acting_user_id();
  patients uuid[];
  is_psychotherapy boolean := 'PSYTHPN' = ANY (labels);
BEGIN
  IF person IS NULL OR patient IS NULL THEN
    RETURN false;
  END IF;
  patients := linked_patients(patient);
  RETURN
    (treating IS NOT NULL
      AND is_treated_by(patients, person)
      AND holds_permission(person, treating, ARRAY['TREATMENT'], source)
      AND (NOT (is_psychotherapy OR is_very_restricted)
        OR holds_permission(person, 'READ_PSYCHOTHERAPY_NOTES', ARRAY['TREATMENT'], NULL)))
    -- Psychotherapy notes are outside the right of access (45 CFR 164.524(a)(1)(i)).
    OR (own IS NOT NULL
      AND NOT is_psychotherapy
      AND is_self_or_representative(patients, person, own, labels)
      AND holds_permission(person, own, ARRAY['SELF_OR_REPRESENTATIVE'], source));
END
$$;

-- Whether the caller may reach a row of the patient's record: as one who treats the patient and holds
-- the permission `treating`, or as the patient or the representative and holds `own`; null closes that
-- way. `source` is that of a row to be written; `labels` and `secrecy` are the row's.
--
-- The last two grants are remembered until the client's next statement, so that the rows of one
-- patient cost one decision, and one that is read and written two; `set_actor` forgets them. No SET
-- clause, so that the call stays cheap: it names its schemas.
CREATE OR REPLACE FUNCTION may_access_patient(
  patient uuid,
  treating text,
  own text,
  source text DEFAULT NULL,
  labels text[] DEFAULT '{}',
  secrecy confidentiality DEFAULT 'N')
RETURNS boolean
LANGUAGE plpgsql STABLE COST 1000
AS $$
DECLARE
  circumstances text := pg_catalog.format('%s %s %s %s', source, labels, secrecy = 'V',
    pg_catalog.statement_timestamp());
  question text := pg_catalog.format('%s %s %s %s', patient, treating, own, circumstances);
  last text := pg_catalog.current_setting('holovitals.granted', true);
  before text := pg_catalog.current_setting('holovitals.granted_before', true);
BEGIN
  IF question IN (last, before) THEN
    RETURN true;
  END IF;
  -- Who may as the one who treats the patient may as either.
  IF own IS NOT NULL
    AND pg_catalog.format('%s %s %s %s', patient, treating, NULL, circumstances) IN (last, before)
  THEN
    RETURN true;
  END IF;
  IF NOT public.decide_patient_access(patient, treating, own, source, labels, secrecy = 'V') THEN
    RETURN false;
  END IF;
  last := pg_catalog.set_config('holovitals.granted_before', last, true);
  last := pg_catalog.set_config('holovitals.granted', question, true);
  RETURN true;
END
$$;

-- Whether this very transaction made the patient: who registers a patient names the first of the care
-- team. The row's own transaction number tells; nobody without access could have written it since.
CREATE OR REPLACE FUNCTION is_patient_new(patient uuid)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM patients
    WHERE id = patient AND user_id IS NULL AND xmin = pg_current_xact_id_if_assigned()::xid)
  AND NOT EXISTS (SELECT FROM care_team_members WHERE patient_id = patient)
$$;

COMMENT ON FUNCTION may_access_patient(uuid, text, text, text, text[], confidentiality) IS
  'The access policy of the record: role, permission and relationship (45 CFR 164.312(a)(1), 164.502(b), (g)).';
