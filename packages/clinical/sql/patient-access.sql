-- Who may reach which patient's record: the one policy that row security and the use cases ask.
-- @needs Patient
-- @needs PatientRelationship
-- @needs CareTeamMember
-- @needs Practitioner
-- @needs identity/actor.sql
-- @needs identity/permissions.sql
-- @needs compliance/consent-rules.sql
-- @needs compliance/rights-gates.sql

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

-- The organisation that keeps a chart; null where its person keeps it alone, or there is none.
CREATE OR REPLACE FUNCTION keeper_of_chart(patient uuid)
RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN (SELECT organization_id FROM patients WHERE id = patient);
END
$$;

-- The way of those who treat. Called by the decision, with its rights. Answers like that.
--
-- An emergency access and a consent that names the caller stand for the tie to the patient, but for
-- what would outlast them: they open every row to be read, and rows of the record to be written. In an
-- emergency restrictions and denials give way (45 CFR 164.522(a)(1)(iii), 42 CFR 2.51), and so do training
-- that is due and an agreement that is missing; nothing else does.
CREATE OR REPLACE FUNCTION decide_treating_access(
  patient uuid, patients uuid[], person uuid, treating text, source text, labels text[],
  is_very_restricted boolean, kind text, happened timestamptz, author uuid)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  purpose text := COALESCE(actor_purpose_of_use(), 'TREAT');
  is_write boolean := treating <> 'READ_PHI';
  keeper uuid := keeper_of_chart(patient);
  is_emergency boolean := purpose IN ('ETREAT', 'BTG');
  is_tied boolean := is_treated_by(patients, person);
  is_row_bound boolean := false;
  consent record;
BEGIN
  IF is_emergency THEN
    IF open_emergency_access(patients, person) IS NULL
      OR NOT holds_permission(person, 'START_EMERGENCY_ACCESS', ARRAY['TREATMENT'], NULL)
    THEN
      RETURN 'DENIED';
    END IF;
    is_tied := is_tied OR NOT is_write OR kind IS NOT NULL;
  ELSE
    IF is_agreement_missing(keeper) OR is_purpose_restricted(patients, keeper, purpose) THEN
      RETURN 'DENIED';
    END IF;
    IF EXISTS (SELECT FROM patient_consents
      WHERE patient_consents.patient_id = ANY (patients) AND patient_consents.status = 'active')
    THEN
      consent := consent_answer(patients, keeper, person, purpose, is_write, labels, kind, happened);
      IF NOT consent.permit THEN
        RETURN 'DENIED';
      END IF;
      is_tied := is_tied OR consent.permit AND consent.is_named AND (NOT is_write OR kind IS NOT NULL);
      is_row_bound := consent.is_row_bound;
    END IF;
  END IF;
  IF NOT COALESCE(is_tied, false) OR NOT holds_permission(person, treating, ARRAY['TREATMENT'], source) THEN
    RETURN 'DENIED';
  END IF;
  -- Research and marketing need their own authorisation (45 CFR 164.508(a)(3), (c)).
  IF purpose IN ('HRESCH', 'HMARKT') AND NOT is_authorized(patients, keeper, person, purpose, is_write, labels,
    kind, happened, CASE purpose WHEN 'HRESCH' THEN 'RESEARCH_AUTHORIZATION' ELSE 'MARKETING_AUTHORIZATION' END)
  THEN
    RETURN 'DENIED';
  END IF;
  -- What is most sensitive has a permission of its own.
  IF (is_very_restricted OR 'PSYTHPN' = ANY (labels))
    AND NOT holds_permission(person, 'READ_PSYCHOTHERAPY_NOTES', ARRAY['TREATMENT'], NULL)
  THEN
    RETURN 'DENIED';
  END IF;
  IF labels && ARRAY['PSYTHPN', '42CFRPart2'] AND author IS DISTINCT FROM person THEN
    -- Whoever wrote psychotherapy notes uses them; others need an authorisation (45 CFR 164.508(a)(2)).
    IF 'PSYTHPN' = ANY (labels) AND NOT is_authorized(patients, keeper, person, purpose, is_write, labels,
      kind, happened, 'PSYCHOTHERAPY_AUTHORIZATION')
    THEN
      RETURN 'DENIED';
    END IF;
    -- Records of a substance use disorder need the patient's consent (42 CFR 2.13, 2.31).
    IF '42CFRPart2' = ANY (labels) AND NOT is_emergency AND NOT is_authorized(patients, keeper, person,
      purpose, is_write, labels, kind, happened, 'PART2_CONSENT')
    THEN
      RETURN 'DENIED';
    END IF;
  END IF;
  RETURN CASE WHEN is_row_bound OR labels && ARRAY['PSYTHPN', '42CFRPart2'] THEN 'ROW' ELSE 'ALIKE' END;
END
$$;

-- Whether a consent of this kind permits the access.
CREATE OR REPLACE FUNCTION is_authorized(
  patients uuid[], keeper uuid, person uuid, purpose text, is_write boolean, labels text[], kind text,
  happened timestamptz, matter text)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  answer record := public.consent_answer(
    patients, keeper, person, purpose, is_write, labels, kind, happened, matter);
BEGIN
  RETURN COALESCE(answer.permit, false);
END
$$;

-- The way of the patient and of who stands in the patient's place. Psychotherapy notes are outside the
-- right of access (45 CFR 164.524(a)(1)(i)). The patient's own consents never close it to the patient; a
-- denial that names the representative does. Answers like the decision.
CREATE OR REPLACE FUNCTION decide_own_access(
  patient uuid, patients uuid[], person uuid, own text, source text, labels text[], kind text,
  happened timestamptz)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  consent record;
BEGIN
  IF 'PSYTHPN' = ANY (labels)
    OR NOT is_self_or_representative(patients, person, own, labels)
    OR NOT holds_permission(person, own, ARRAY['SELF_OR_REPRESENTATIVE'], source)
  THEN
    RETURN 'DENIED';
  END IF;
  IF NOT EXISTS (SELECT FROM patient_consents
      WHERE patient_consents.patient_id = ANY (patients) AND patient_consents.status = 'active')
    OR EXISTS (SELECT FROM patients AS self WHERE self.id = ANY (patients) AND self.user_id = person)
  THEN
    RETURN 'ALIKE';
  END IF;
  consent := consent_answer(patients, keeper_of_chart(patient), person,
    COALESCE(actor_purpose_of_use(), 'FAMRQT'), own NOT LIKE 'READ%', labels, kind, happened,
    is_personal => true);
  IF NOT consent.permit THEN
    RETURN 'DENIED';
  END IF;
  RETURN CASE WHEN consent.is_row_bound THEN 'ROW' ELSE 'ALIKE' END;
END
$$;

-- The decision itself. Default deny: a tie to the person AND a permission that holds under that tie,
-- and nothing that closes it. `ALIKE` lets the caller reach every row of the patient with the same
-- labels and secrecy, `ROW` this one, `DENIED` none.
DROP FUNCTION IF EXISTS decide_patient_access(uuid, text, text, text, text[], boolean);
CREATE OR REPLACE FUNCTION decide_patient_access(
  patient uuid, treating text, own text, source text, labels text[], is_very_restricted boolean,
  kind text, happened timestamptz, author uuid)
RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  person uuid := actor_acting_user_id();
  patients uuid[];
  answer text := 'DENIED';
BEGIN
  IF person IS NULL OR patient IS NULL THEN
    RETURN answer;
  END IF;
  patients := linked_patients(patient);
  IF treating IS NOT NULL THEN
    answer := decide_treating_access(
      patient, patients, person, treating, source, labels, is_very_restricted, kind, happened, author);
  END IF;
  IF own IS NOT NULL AND answer = 'DENIED' THEN
    answer := decide_own_access(patient, patients, person, own, source, labels, kind, happened);
  END IF;
  RETURN answer;
END
$$;

-- Whether the caller may reach a row of the patient's record: as one who treats the patient and holds
-- the permission `treating`, or as the patient or the representative and holds `own`; null closes that
-- way. `source` is that of a row to be written; `labels` and `secrecy` are the row's, as are `kind`, its
-- FHIR resource type, `happened`, when it was so, and `author`, who entered it.
--
-- The last two grants that hold for rows alike are remembered until the client's next statement, so that
-- the rows of one patient cost one decision, and one that is read and written two; `set_actor` forgets
-- them. No SET clause, so that the call stays cheap: it names its schemas.
CREATE OR REPLACE FUNCTION may_access_record(
  patient uuid,
  treating text,
  own text,
  source text,
  labels text[],
  secrecy confidentiality,
  kind text,
  happened timestamptz,
  author uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE COST 1000
AS $$
DECLARE
  -- Of the patient as a person, what ends with an emergency or a consent lets less be written.
  circumstances text := pg_catalog.format('%s %s %s %s %s', source, labels, secrecy = 'V',
    kind IS NULL AND treating <> 'READ_PHI', pg_catalog.statement_timestamp());
  question text := pg_catalog.format('%s %s %s %s', patient, treating, own, circumstances);
  last text := pg_catalog.current_setting('holovitals.granted', true);
  before text := pg_catalog.current_setting('holovitals.granted_before', true);
  answer text;
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
  answer := public.decide_patient_access(
    patient, treating, own, source, labels, secrecy = 'V', kind, happened, author);
  IF answer = 'ALIKE' THEN
    last := pg_catalog.set_config('holovitals.granted_before', last, true);
    last := pg_catalog.set_config('holovitals.granted', question, true);
  END IF;
  RETURN answer <> 'DENIED';
END
$$;

-- The same of what is about the patient as a person, and belongs to no list of the record.
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
BEGIN
  RETURN public.may_access_record(patient, treating, own, source, labels, secrecy, NULL, NULL, NULL);
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

COMMENT ON FUNCTION may_access_record(
  uuid, text, text, text, text[], confidentiality, text, timestamptz, uuid) IS
  'The access policy of the record: role, permission, relationship, consent, restriction, emergency (45 CFR 164.312(a), 164.502(b), (g), 164.508, 164.522; 42 CFR 2).';

-- What the rights of who calls are closed by, of the platform or for this patient's chart: `training` is
-- the course that is lacking, `isAgreementMissing` is told to those alone who treat the patient. Null where
-- they are open.
CREATE OR REPLACE FUNCTION rights_closed_by(patient uuid, options jsonb DEFAULT '{}')
RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  person uuid := actor_acting_user_id();
  training text := training_lacking(person);
  is_missing boolean := is_treated_by(linked_patients(patient), person)
    AND is_agreement_missing(keeper_of_chart(patient));
BEGIN
  IF training IS NULL AND is_missing IS NOT TRUE THEN
    RETURN NULL;
  END IF;
  RETURN json_build_object('training', training, 'isAgreementMissing', COALESCE(is_missing, false));
END
$$;
