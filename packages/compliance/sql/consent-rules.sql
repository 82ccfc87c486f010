-- What emergency accesses, agreed restrictions and consents say of who may reach a patient's record.
-- The access policy asks them (clinical/patient-access.sql): they run inside of it, as the owner.
-- @needs ConsentGrant
-- @needs EmergencyAccess
-- @needs Patient
-- @needs PatientConsent
-- @needs PatientPrivacyRequest
-- @needs Practitioner
-- @needs Role
-- @needs UserRole
-- @needs identity/actor.sql

-- The emergency access under which the caller acts: the person's own, open now, for the reason that
-- the call states as its purpose (45 CFR 164.312(a)(2)(ii)). Null where there is none; keys have none.
CREATE OR REPLACE FUNCTION open_emergency_access(patients uuid[], person uuid)
RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF actor_api_key_id() IS NOT NULL OR COALESCE(actor_purpose_of_use(), '') NOT IN ('ETREAT', 'BTG') THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT episode.id FROM emergency_accesses AS episode
    WHERE episode.user_id = person
      AND episode.patient_id = ANY (patients)
      AND episode.reason_code::text = actor_purpose_of_use()
      AND episode.started_at <= now()
      AND episode.expires_at > now()
      AND episode.ended_at IS NULL
    ORDER BY episode.expires_at DESC LIMIT 1);
END
$$;

-- Whether a restriction that was agreed to, or an opt-out, closes this purpose today: to the
-- organisation that agreed, and to whoever reads the chart that it keeps (45 CFR 164.522(a), 164.510).
CREATE OR REPLACE FUNCTION is_purpose_restricted(patients uuid[], keeper uuid, purpose text)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM public.patient_privacy_requests AS request
    WHERE request.patient_id = ANY (patients)
      AND request.kind IN ('RESTRICTION', 'SELF_PAY_RESTRICTION', 'OPT_OUT')
      AND request.disposition IN ('AGREED', 'PARTLY_AGREED')
      AND request.effective_from <= now()
      AND (request.effective_to IS NULL OR request.effective_to > now())
      AND purpose = ANY (request.restricted_purposes::text[])
      AND request.organization_id IN (keeper, public.actor_organization_id()));
END
$$;

-- What the provisions in force say of one access: the highest priority decides, of equals the denial.
-- `permit` is null where none is about it. `is_named` where the provision that decides names the
-- person, one of the person's practitioners, or the organisation the session acts in; `is_row_bound`
-- where other rows of the record may get another answer.
--
-- A kind of consent has its matter: research and marketing are permitted by their own authorisation
-- alone (45 CFR 164.508(a)(3), (c)), and those for Part 2 records and for psychotherapy notes are
-- about rows that are labelled so. `matter` asks for the consents of that kind alone, `is_personal` for
-- provisions that name the person. Null `kind` is
-- the patient as a person: whoever is permitted anything sees whose record it is. A denial for some
-- days covers a row without a day; a permission does not.
CREATE OR REPLACE FUNCTION consent_answer(
  patients uuid[], keeper uuid, person uuid, purpose text, is_write boolean, labels text[], kind text,
  happened timestamptz, matter text DEFAULT NULL, is_personal boolean DEFAULT false,
  OUT consent uuid, OUT permit boolean, OUT is_named boolean, OUT is_row_bound boolean)
LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_variable
DECLARE
  acts text[] := CASE WHEN is_write THEN '{collect,correct}' ELSE '{access,use,disclose}' END;
  happened_on date := (happened AT TIME ZONE 'UTC')::date;
BEGIN
  WITH provisions AS MATERIALIZED (
    SELECT given.id AS consent_id, given.kind AS consent_kind, provision.permit AS permits,
      provision.priority, provision.security_labels, provision.resource_types, provision.data_from,
      provision.data_to,
      num_nonnulls(provision.actor_user_id, provision.actor_organization_id, provision.actor_practitioner_id) > 0
        AS names
    FROM public.patient_consents AS given
    JOIN public.consent_grants AS provision ON provision.consent_id = given.id
    WHERE given.patient_id = ANY (patients)
      AND given.status = 'active'
      AND given.valid_from <= now()
      AND (given.valid_to IS NULL OR given.valid_to > now())
      AND (given.discloser_id IS NULL OR given.discloser_id = keeper)
      AND (matter IS NULL OR given.kind = matter)
      AND (provision.purposes = '{}' OR purpose = ANY (provision.purposes::text[]))
      AND (provision.actions = '{}' OR provision.actions && acts)
      AND (given.kind <> 'RESEARCH_AUTHORIZATION' OR purpose = 'HRESCH')
      AND (given.kind <> 'MARKETING_AUTHORIZATION' OR purpose = 'HMARKT')
      AND (NOT provision.permit OR purpose NOT IN ('HRESCH', 'HMARKT')
        OR given.kind IN ('RESEARCH_AUTHORIZATION', 'MARKETING_AUTHORIZATION'))
      AND (provision.actor_user_id IS NULL AND NOT is_personal OR provision.actor_user_id = person)
      AND (provision.actor_organization_id IS NULL
        OR provision.actor_organization_id = public.actor_organization_id())
      AND (provision.actor_practitioner_id IS NULL OR EXISTS (
        SELECT FROM public.practitioners AS practitioner
        WHERE practitioner.id = provision.actor_practitioner_id
          AND practitioner.user_id = person AND practitioner.active))
      AND (provision.actor_role IS NULL OR EXISTS (
        SELECT FROM public.user_roles AS held JOIN public.roles AS role ON role.id = held.role_id
        WHERE held.user_id = person AND role.name = provision.actor_role
          AND held.revoked_at IS NULL AND held.valid_from <= now()
          AND (held.valid_to IS NULL OR held.valid_to > now())
          AND (held.organization_id IS NULL OR held.organization_id = public.actor_organization_id())))),
  deciding AS (
    SELECT * FROM provisions
    WHERE CASE WHEN kind IS NULL AND permits THEN true
      ELSE (security_labels = '{}' OR security_labels && labels)
        AND (consent_kind <> 'PART2_CONSENT' OR '42CFRPart2' = ANY (labels))
        AND (consent_kind <> 'PSYCHOTHERAPY_AUTHORIZATION' OR 'PSYTHPN' = ANY (labels))
        AND (resource_types = '{}' OR COALESCE(kind, 'Patient') = ANY (resource_types))
        AND CASE WHEN kind IS NULL THEN data_from IS NULL AND data_to IS NULL
          ELSE (data_from IS NULL OR COALESCE(happened_on >= data_from, NOT permits))
            AND (data_to IS NULL OR COALESCE(happened_on <= data_to, NOT permits)) END
      END
    ORDER BY priority DESC, permits LIMIT 1)
  SELECT deciding.consent_id, deciding.permits, deciding.names, bounds.are_row_bound
  INTO consent, permit, is_named, is_row_bound
  FROM (
    SELECT COALESCE(bool_or(resource_types <> '{}' OR num_nonnulls(data_from, data_to) > 0
      OR permits AND (security_labels <> '{}'
        OR consent_kind IN ('PART2_CONSENT', 'PSYCHOTHERAPY_AUTHORIZATION'))), false) AS are_row_bound
    FROM provisions) AS bounds
  LEFT JOIN deciding ON true;
END
$$;
