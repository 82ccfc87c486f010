-- Legal clocks that run, and the alerts that tell officers of those that are about to end or have ended.
-- @needs Organization.timezone
-- @needs AccessReview
-- @needs EmergencyAccess
-- @needs Patient
-- @needs BreachIncident
-- @needs BreachNotification
-- @needs PatientAccessRequest
-- @needs PatientAmendmentRequest
-- @needs SecurityAlert
-- @needs identity/uuid-v7.sql
-- @needs compliance/breach-clocks.sql
-- @needs compliance/breach-notices.sql
-- @needs compliance/request-clocks.sql

-- Every clock that runs: what it is about, whose officers answer for it by which permission, its last
-- day, and how many days are left of it at this instant where the organisation is; below zero when it
-- has passed. Under row security, those that the caller may see.
--   the notices of a breach that are owed (45 CFR 164.404-410, 16 CFR 318)
--   requests that wait for an answer (164.524(b), 164.526(b), 164.528(c), 42 CFR 2.24)
--   reviews: of emergencies (164.312(a)(2)(ii)), of rights, activity and plans (164.308(a)); one of the
--   platform's own is nobody's but its officers', in UTC
CREATE OR REPLACE FUNCTION running_clocks(at timestamptz)
RETURNS TABLE (organization_id uuid, permission text, resource_type text, resource_id uuid, patient_id uuid,
  name text, due_on date, days_left integer)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH clocks (organization_id, permission, resource_type, resource_id, patient_id, name, due_on) AS (
    SELECT incident.organization_id, 'MANAGE_BREACHES', 'BreachIncident', incident.id, NULL::uuid,
      concat_ws(' ', duty.audience, duty.state), duty.due_on
    FROM breach_incidents AS incident
    CROSS JOIN LATERAL breach_duties(incident) AS duty
    WHERE incident.status NOT IN ('EXCEPTION_APPLIES', 'ASSESSED_LOW_PROBABILITY', 'CLOSED')
      AND NOT duty.is_met
    UNION ALL
    SELECT request.organization_id, 'HANDLE_PATIENT_REQUESTS', 'PatientAccessRequest', request.id,
      request.patient_id, request.kind, COALESCE(request.extended_due_at, request.due_at)
    FROM patient_access_requests AS request
    WHERE request.status IN ('RECEIVED', 'IDENTITY_PENDING', 'IN_PROGRESS', 'EXTENDED')
    UNION ALL
    SELECT request.organization_id, 'HANDLE_PATIENT_REQUESTS', 'PatientAmendmentRequest', request.id,
      request.patient_id, 'AMENDMENT', COALESCE(request.extended_due_at, request.due_at)
    FROM patient_amendment_requests AS request
    WHERE request.status IN ('RECEIVED', 'IDENTITY_PENDING', 'IN_PROGRESS', 'EXTENDED')
    UNION ALL
    SELECT patient.organization_id, 'REVIEW_EMERGENCY_ACCESS', 'EmergencyAccess', episode.id,
      episode.patient_id, episode.reason_code::text, (episode.review_due_at AT TIME ZONE COALESCE((
        SELECT timezone FROM organizations WHERE id = patient.organization_id), 'UTC'))::date
    FROM emergency_accesses AS episode
    JOIN patients AS patient ON patient.id = episode.patient_id
    WHERE episode.reviewed_at IS NULL
    UNION ALL
    SELECT review.organization_id, 'REVIEW_ACCESS', 'AccessReview', review.id, NULL, review.kind, review.due_at
    FROM access_reviews AS review
    WHERE review.completed_at IS NULL AND review.status <> 'WITHDRAWN'
  )
  SELECT clocks.*,
    clocks.due_on - (at AT TIME ZONE COALESCE(organizations.timezone, 'UTC'))::date
  FROM clocks LEFT JOIN organizations ON organizations.id = clocks.organization_id;
END
$$;

-- Raises an alert for each clock that came to its next step: 10 days left, 3, 1, or passed; of the review
-- of an emergency, which its officers were told of when it began, the last two. Each step of
-- a day is told once, whatever became of its alert; a day that moves has its steps anew, and steps that
-- went by unseen are not made up for. Open alerts of clocks that run no more are settled. Answers, by
-- organisation and permission, what its officers are to be told, `most` alerts at a time.
--
-- One caller at a time: to others it answers nothing, and they miss nothing, since each call looks at
-- everything. All of it is undone with the transaction of a caller that dies.
CREATE OR REPLACE FUNCTION raise_clock_alerts(at timestamptz, most integer)
RETURNS TABLE (organization_id uuid, permission text, near integer, passed integer, first_due_on date)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('compliance.clock_alerts', 0)) THEN
    RETURN;
  END IF;
  UPDATE security_alerts AS alert
  SET resolved_at = at, resolution = 'MITIGATED'
  WHERE alert.rule IN ('legal-clock-near', 'legal-clock-passed') AND alert.resolved_at IS NULL
    AND NOT EXISTS (
      SELECT FROM running_clocks(at) AS clock
      WHERE clock.resource_id::text = alert.evidence #>> '{clock,resourceId}'
        AND clock.name = alert.evidence #>> '{clock,name}'
        AND clock.due_on::text = alert.evidence #>> '{clock,dueOn}');
  RETURN QUERY
  WITH clocks AS (
    SELECT *, CASE WHEN days_left < 0 THEN 'PASSED' WHEN days_left <= 1 THEN 'DAY_1'
      WHEN days_left <= 3 THEN 'DAYS_3' ELSE 'DAYS_10' END AS step
    FROM running_clocks(at)
    WHERE days_left <= CASE resource_type WHEN 'EmergencyAccess' THEN 1 ELSE 10 END
  ), keyed AS (
    SELECT *, concat_ws(' ', 'legal-clock', resource_type, resource_id, name, due_on, step) AS key
    FROM clocks
  ), raised AS (
    INSERT INTO security_alerts (id, rule, severity, organization_id, patient_id, incident_id, evidence,
      dedupe_key, first_seen_at, last_seen_at)
    SELECT uuid_v7(),
      CASE step WHEN 'PASSED' THEN 'legal-clock-passed' ELSE 'legal-clock-near' END,
      (CASE step WHEN 'PASSED' THEN 'CRITICAL' WHEN 'DAY_1' THEN 'HIGH' WHEN 'DAYS_3' THEN 'MEDIUM'
        ELSE 'LOW' END)::severity,
      organization_id, patient_id, CASE resource_type WHEN 'BreachIncident' THEN resource_id END,
      jsonb_build_object('clock', jsonb_build_object('resourceType', resource_type,
        'resourceId', resource_id, 'name', name, 'dueOn', due_on, 'step', step)),
      key, at, at
    FROM keyed
    -- By the columns that have an index, each for its own kinds of clock.
    WHERE NOT EXISTS (
      SELECT FROM security_alerts AS told
      WHERE told.incident_id = resource_id AND told.dedupe_key = key)
    AND NOT EXISTS (
      SELECT FROM security_alerts AS told
      WHERE told.patient_id = keyed.patient_id AND told.dedupe_key = key)
    AND (resource_type <> 'AccessReview' OR NOT EXISTS (
      SELECT FROM security_alerts AS told
      WHERE told.organization_id IS NOT DISTINCT FROM keyed.organization_id AND told.dedupe_key = key))
    ORDER BY due_on, key
    LIMIT most
    ON CONFLICT (dedupe_key) WHERE resolved_at IS NULL DO NOTHING
    RETURNING organization_id, incident_id, rule, evidence
  )
  SELECT organization_id,
    CASE evidence #>> '{clock,resourceType}' WHEN 'BreachIncident' THEN 'MANAGE_BREACHES'
      WHEN 'EmergencyAccess' THEN 'REVIEW_EMERGENCY_ACCESS' WHEN 'AccessReview' THEN 'REVIEW_ACCESS'
      ELSE 'HANDLE_PATIENT_REQUESTS' END,
    count(*) FILTER (WHERE rule = 'legal-clock-near')::integer,
    count(*) FILTER (WHERE rule = 'legal-clock-passed')::integer,
    min((evidence #>> '{clock,dueOn}')::date)
  FROM raised
  GROUP BY 1, 2
  ORDER BY 1, 2;
END
$$;
