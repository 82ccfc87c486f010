-- Why somebody may reach a patient's record, or may not, rule by rule.
-- @needs Patient
-- @needs User
-- @needs identity/actor.sql
-- @needs identity/explain-permission.sql
-- @needs clinical/patient-access.sql
-- @needs clinical/record-policies.sql
-- @needs compliance/consent-rules.sql
-- @needs compliance/rights-gates.sql

-- Asks each rule of the policy by itself, for whoever acts now, and the policy for the answer. Options:
-- `act`, `read` or `write`; `table` and `record`, a row of the record, else the patient as a person.
-- Answers `allowed`, `by` (`treating`, `own` or null), and for both ways the rules with `holds`, true,
-- false, or null where the rule does not ask, and `says`. Null where there is no such patient or row.
-- Called by functions that asked who may know.
CREATE OR REPLACE FUNCTION explain_patient_access(patient uuid, options jsonb)
RETURNS json
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  person uuid := actor_acting_user_id();
  patients uuid[] := linked_patients(patient);
  purpose text := COALESCE(actor_purpose_of_use(), 'TREAT');
  is_write boolean := options ->> 'act' = 'write';
  treating text := CASE WHEN is_write THEN 'WRITE_PHI' ELSE 'READ_PHI' END;
  own text := CASE WHEN is_write THEN 'WRITE_OWN_RECORD' ELSE 'READ_OWN_RECORD' END;
  list record;
  fact record;
  keeper uuid;
  episode uuid;
  is_emergency boolean;
  consent record;
  denial record;
  ties text[];
  matter text;
  treating_rules json[];
  own_rules json[];
  treating_answer text;
  own_answer text;
BEGIN
  SELECT patient AS patient_id, '{}'::text[] AS labels, chart.confidentiality AS secrecy, NULL::text AS kind,
    NULL::timestamptz AS happened, NULL::uuid AS author
  INTO fact FROM patients AS chart WHERE chart.id = patient;
  IF fact.patient_id IS NULL THEN
    RETURN NULL;
  END IF;
  IF options ->> 'record' IS NOT NULL THEN
    SELECT * INTO list FROM record_tables() AS tables WHERE tables.name = options ->> 'table';
    IF list.name IS NULL THEN
      RETURN NULL;
    END IF;
    own := CASE WHEN is_write THEN list.own_write ELSE own END;
    EXECUTE format('SELECT this.patient_id, this.security_labels AS labels, this.confidentiality AS secrecy,
        %s AS kind, %s AS happened, this.entered_by_id AS author
      FROM %I AS this WHERE this.id = $1 AND this.patient_id = ANY ($2)', list.kind, list.happened, list.name)
      INTO fact USING (options ->> 'record')::uuid, patients;
    IF fact.patient_id IS NULL THEN
      RETURN NULL;
    END IF;
  END IF;
  keeper := keeper_of_chart(fact.patient_id);
  episode := open_emergency_access(patients, person);
  is_emergency := episode IS NOT NULL
    AND holds_permission(person, 'START_EMERGENCY_ACCESS', ARRAY['TREATMENT'], NULL);
  consent := consent_answer(
    patients, keeper, person, purpose, is_write, fact.labels, fact.kind, fact.happened);
  ties := array_remove(ARRAY[
    CASE WHEN is_treated_by(patients, person) THEN 'in the care team, as an account, a practitioner or by the organisation' END,
    CASE WHEN is_emergency AND (NOT is_write OR fact.kind IS NOT NULL) THEN format('emergency access %s', episode) END,
    CASE WHEN NOT is_emergency AND consent.permit AND consent.is_named AND (NOT is_write OR fact.kind IS NOT NULL)
      THEN format('consent %s names the person or the organisation', consent.consent) END], NULL);
  treating_rules := ARRAY[
    access_rule('account', person IS NOT NULL,
      'the account is active, and the session or key is in force', 'the account, session or key is not in force'),
    access_rule('emergency', CASE WHEN purpose IN ('ETREAT', 'BTG') THEN is_emergency END,
      format('emergency access %s is open for %s', episode, purpose),
      format('the purpose is %s, and no emergency access is open for it', purpose),
      format('the purpose is %s', purpose)),
    access_rule('tie', cardinality(ties) > 0, array_to_string(ties, '; '),
      'neither in the care team, nor named by a consent, nor in an emergency that covers this'),
    access_rule('agreement', CASE WHEN NOT is_emergency THEN NOT is_agreement_missing(keeper) END,
      'no business associate agreement is missing',
      'the organisation acted in is a business associate, and has no agreement in effect with the one that keeps the chart',
      'not asked in an emergency'),
    access_rule('restriction', is_emergency OR NOT is_purpose_restricted(patients, keeper, purpose),
      format('nothing that was agreed to closes %s', purpose),
      format('a restriction or an opt-out in effect closes %s', purpose)),
    access_rule('consent', CASE WHEN is_emergency OR consent.permit IS NULL THEN NULL ELSE consent.permit END,
      format('consent %s permits it', consent.consent), format('consent %s denies it', consent.consent),
      CASE WHEN is_emergency THEN 'denials give way in an emergency' ELSE 'no provision in force is about it' END),
    access_rule('permission', holds_permission(person, treating, ARRAY['TREATMENT'], NULL),
      explain_permission(person, treating, ARRAY['TREATMENT'], NULL))];
  matter := CASE purpose WHEN 'HRESCH' THEN 'RESEARCH_AUTHORIZATION' WHEN 'HMARKT' THEN 'MARKETING_AUTHORIZATION' END;
  treating_rules := treating_rules || access_rule('purpose authorised',
    CASE WHEN matter IS NOT NULL THEN is_authorized(
      patients, keeper, person, purpose, is_write, fact.labels, fact.kind, fact.happened, matter) END,
    format('%s permits it', matter), format('%s needs %s, and none permits it', purpose, matter),
    format('%s needs no authorisation of its own', purpose));
  treating_rules := treating_rules || access_rule('most sensitive',
    CASE WHEN fact.secrecy = 'V' OR 'PSYTHPN' = ANY (fact.labels)
      THEN holds_permission(person, 'READ_PSYCHOTHERAPY_NOTES', ARRAY['TREATMENT'], NULL) END,
    explain_permission(person, 'READ_PSYCHOTHERAPY_NOTES', ARRAY['TREATMENT'], NULL), NULL,
    'it is not labelled as most sensitive');
  FOR list IN SELECT * FROM (VALUES ('PSYTHPN', 'PSYCHOTHERAPY_AUTHORIZATION'), ('42CFRPart2', 'PART2_CONSENT'))
    AS special (label, consent)
  LOOP
    treating_rules := treating_rules || access_rule(list.label,
      CASE WHEN list.label = ANY (fact.labels) THEN fact.author IS NOT DISTINCT FROM person
        OR is_emergency AND list.label = '42CFRPart2'
        OR is_authorized(patients, keeper, person, purpose, is_write, fact.labels, fact.kind, fact.happened, list.consent) END,
      format('who entered it, or %s, or an emergency where the law lets it', list.consent),
      format('it needs %s, and none permits it', list.consent),
      format('it is not labelled %s', list.label));
  END LOOP;
  denial := consent_answer(patients, keeper, person, COALESCE(actor_purpose_of_use(), 'FAMRQT'), is_write,
    fact.labels, fact.kind, fact.happened, is_personal => true);
  own_rules := ARRAY[
    access_rule('account', person IS NOT NULL,
      'the account is active, and the session or key is in force', 'the account, session or key is not in force'),
    access_rule('self or representative', is_self_or_representative(patients, person, own, fact.labels),
      'the patient, or a personal representative within the scope that was given',
      'neither the patient nor a personal representative for this'),
    access_rule('right of access', NOT 'PSYTHPN' = ANY (fact.labels),
      'it is within the right of access', 'psychotherapy notes are outside the right of access'),
    access_rule('permission', holds_permission(person, own, ARRAY['SELF_OR_REPRESENTATIVE'],
        CASE WHEN is_write THEN 'PATIENT_ENTERED' END),
      explain_permission(person, own, ARRAY['SELF_OR_REPRESENTATIVE'],
        CASE WHEN is_write THEN 'PATIENT_ENTERED' END)),
    access_rule('consent', CASE WHEN NOT denial.permit
        AND NOT EXISTS (SELECT FROM patients AS self WHERE self.id = ANY (patients) AND self.user_id = person)
      THEN false END, NULL, format('consent %s denies it to this representative', denial.consent),
      'no consent denies it')];
  treating_answer := decide_patient_access(fact.patient_id, treating, NULL, NULL, fact.labels,
    fact.secrecy = 'V', fact.kind, fact.happened, fact.author);
  own_answer := decide_patient_access(fact.patient_id, NULL, own,
    CASE WHEN is_write THEN 'PATIENT_ENTERED' END, fact.labels, fact.secrecy = 'V', fact.kind,
    fact.happened, fact.author);
  RETURN json_build_object(
    'allowed', treating_answer <> 'DENIED' OR own_answer <> 'DENIED',
    'by', CASE WHEN treating_answer <> 'DENIED' THEN 'treating' WHEN own_answer <> 'DENIED' THEN 'own' END,
    'purposeOfUse', purpose,
    'treating', to_json(treating_rules),
    'own', to_json(own_rules));
END
$$;

-- One rule with what it came to. `no` is left out where `yes` says both.
CREATE OR REPLACE FUNCTION access_rule(rule text, holds boolean, yes text, no text DEFAULT NULL, unasked text DEFAULT NULL)
RETURNS json
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT json_build_object('rule', rule, 'holds', holds,
    'says', CASE WHEN holds THEN yes WHEN holds IS NULL THEN unasked ELSE COALESCE(no, yes) END)
$$;

-- Explains the access of the caller, or for officers (READ_AUDIT_LOGS) of another account to a chart of
-- the organisation they act in. Options besides: `userId`, whose access, as in a session with a second
-- factor in the organisation of that account; `purposeOfUse`. Null where the caller may not know whether
-- there is such a patient: the own way is told to whoever has a tie to the patient, or acts in the
-- organisation that keeps the chart.
CREATE OR REPLACE FUNCTION access_explanation(patient uuid, options jsonb)
RETURNS json
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  person uuid := actor_acting_user_id();
  patients uuid[] := linked_patients(patient);
  another uuid := (options ->> 'userId')::uuid;
  caller jsonb;
  answer json;
BEGIN
  IF person IS NULL THEN
    RETURN NULL;
  END IF;
  IF another IS NULL OR another = person THEN
    IF NOT (may_access_patient(patient, 'READ_PHI', 'READ_OWN_RECORD')
      OR is_treated_by(patients, person)
      OR is_self_or_representative(patients, person, 'READ_OWN_RECORD', '{}')
      OR EXISTS (SELECT FROM patients AS chart WHERE chart.id = ANY (patients)
        AND chart.organization_id = actor_organization_id() AND actor_has_permission('SEARCH_PHI')))
    THEN
      RETURN NULL;
    END IF;
    RETURN explain_patient_access(patient, options);
  END IF;
  IF NOT actor_has_permission('READ_AUDIT_LOGS')
    OR keeper_of_chart(patient) IS DISTINCT FROM actor_organization_id()
  THEN
    RETURN NULL;
  END IF;
  caller := jsonb_build_object('userId', actor_user_id(), 'apiKeyId', actor_api_key_id(),
    'sessionId', actor_session_id(), 'organizationId', actor_organization_id(),
    'agentSystem', actor_agent_system(), 'purposeOfUse', actor_purpose_of_use(),
    'ip', host(actor_ip()), 'mfa', actor_has_mfa(), 'stepUp', actor_has_step_up());
  PERFORM set_actor(jsonb_build_object('userId', another, 'mfa', true,
    'organizationId', (SELECT organization_id FROM users WHERE id = another),
    'purposeOfUse', options ->> 'purposeOfUse'));
  answer := explain_patient_access(patient, options);
  PERFORM set_actor(caller);
  RETURN answer;
END
$$;
