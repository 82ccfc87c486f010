-- Finds patients by hashes of what identifies them, under its own rule of who may be found.
-- @needs Patient
-- @needs PatientIdentifier
-- @needs PatientRelationship
-- @needs CareTeamMember
-- @needs Practitioner
-- @needs ConsentGrant
-- @needs clinical/patient-access.sql

-- Who may search finds patients of the organisation the session acts in, and whom they treat or are.
-- Row security cannot serve here: the indexes of hashes are reached by operators that are not
-- leakproof, so that every patient's policy would be decided first. Criteria that are null do not
-- restrict; of the names, each part stands at the same place of both lists. Newest first; the rows
-- hold ciphertext. At least one criterion must be given.
--
-- A common name has its thousands of bearers in other organisations. To ask the policy for each would
-- take longer than to look up whom the session is tied to at all: it is asked for those alone, unless
-- they are so many that a page is full before long.
CREATE OR REPLACE FUNCTION search_patients(
  family_tokens text[], given_tokens text[], birth_date_token text, mrn_token text,
  identifier_system text, identifier_token text, sound_tokens text[], before uuid, page_size integer)
RETURNS TABLE (
  id uuid, organization_id uuid, mrn text, family text, given text, birth_date text,
  gender administrative_gender, active boolean, merged_into_id uuid, is_open boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
-- The criteria decide the plan.
SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  person uuid := actor_acting_user_id();
  organization uuid := actor_organization_id();
  most_ties CONSTANT integer := 100000;
  tied uuid[];
BEGIN
  IF person IS NULL OR NOT actor_has_permission('SEARCH_PHI') OR num_nonnulls(
    family_tokens[1], given_tokens[1], birth_date_token, mrn_token, identifier_token, sound_tokens[1]) = 0
  THEN
    RETURN;
  END IF;
  tied := ARRAY(
    SELECT tie.patient_id FROM (
      SELECT member.patient_id FROM care_team_members AS member
      WHERE member.user_id = person OR member.organization_id = organization
        OR member.practitioner_id = ANY (ARRAY(
          SELECT practitioner.id FROM practitioners AS practitioner
          WHERE practitioner.user_id = person))
      UNION ALL
      SELECT relationship.patient_id FROM patient_relationships AS relationship
      WHERE relationship.related_user_id = person
      UNION ALL
      SELECT own.id FROM patients AS own WHERE own.user_id = person
      UNION ALL
      SELECT provision.patient_id FROM consent_grants AS provision
      WHERE provision.permit AND (provision.actor_user_id = person
        OR provision.actor_organization_id = organization
        OR provision.actor_practitioner_id = ANY (ARRAY(
          SELECT practitioner.id FROM practitioners AS practitioner
          WHERE practitioner.user_id = person)))) AS tie
    LIMIT most_ties + 1);
  IF cardinality(tied) > most_ties THEN
    tied := NULL;
  ELSE
    -- A tie to one record of a person is one to all that are linked with it.
    tied := ARRAY(
      WITH heads AS MATERIALIZED (
        SELECT unnest(ARRAY[this.id, this.merged_into_id]) AS id
        FROM patients AS this WHERE this.id = ANY (tied))
      SELECT head.id FROM heads AS head WHERE head.id IS NOT NULL
      UNION
      SELECT merged.id FROM heads AS head
      JOIN patients AS merged ON merged.merged_into_id = head.id);
  END IF;
  RETURN QUERY
    SELECT patient.id, patient.organization_id, patient.mrn, patient.family, patient.given,
      patient.birth_date, patient.gender, patient.active, patient.merged_into_id,
      may_access_patient(patient.id, 'READ_PHI', 'READ_OWN_RECORD', NULL, '{}', patient.confidentiality)
    FROM patients AS patient
    WHERE (before IS NULL OR patient.id < before)
      AND (family_tokens[1] IS NULL
        OR patient.family_blind_index @> family_tokens[1:1]
        OR patient.given_blind_index @> given_tokens[1:1])
      AND (family_tokens[2] IS NULL OR NOT EXISTS (
        SELECT FROM unnest(family_tokens[2:], given_tokens[2:]) AS part (family, given)
        WHERE part.family <> ALL (patient.family_blind_index)
          AND part.given <> ALL (patient.given_blind_index)))
      AND (sound_tokens[1] IS NULL OR patient.name_phonetic_index && sound_tokens)
      AND (birth_date_token IS NULL OR patient.birth_date_blind_index = birth_date_token)
      AND (mrn_token IS NULL OR patient.mrn_blind_index = mrn_token)
      -- An array is asked for once, by its index; EXISTS below an OR would be asked for each patient.
      AND (identifier_token IS NULL OR patient.id = ANY (ARRAY(
        SELECT identifier.patient_id FROM patient_identifiers AS identifier
        WHERE identifier.system = identifier_system
          AND identifier.value_blind_index = identifier_token
          AND identifier.ended_at IS NULL)))
      AND (patient.organization_id = organization
        OR (tied IS NULL OR patient.id = ANY (tied))
          AND (is_treated_by(linked_patients(patient.id), person)
            OR is_self_or_representative(linked_patients(patient.id), person, 'READ_OWN_RECORD', '{}')
            -- Whom a consent names.
            OR tied IS NOT NULL
              AND may_access_patient(patient.id, 'READ_PHI', NULL, NULL, '{}', patient.confidentiality)))
    ORDER BY patient.id DESC
    LIMIT LEAST(page_size, 1000);
END
$$;
