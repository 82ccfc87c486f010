-- Who may record that something was disclosed, read it, and hold it back from accountings.
-- @needs Disclosure
-- @needs clinical/patient-access.sql
-- @needs compliance/request-policies.sql

-- The privacy officers of the organisation that keeps the chart.
CREATE OR REPLACE FUNCTION may_read_disclosures(patient uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN COALESCE(actor_has_permission('READ_DISCLOSURES')
    AND keeper_of_chart(patient) = actor_organization_id(), false);
END
$$;

-- Who may ask for the accounting (45 CFR 164.528(a)): the patient, a representative, and the officers
-- who give it to them.
CREATE OR REPLACE FUNCTION may_read_accounting(patient uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN may_read_disclosures(patient) OR may_access_patient(patient, NULL, 'READ_OWN_ACCESS_LOG');
END
$$;

-- Who may record by hand that a person of the organisation disclosed something: the officers, and who
-- treats the patient.
CREATE OR REPLACE FUNCTION may_record_disclosures(patient uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN actor_has_permission('RECORD_DISCLOSURES')
    AND (may_read_disclosures(patient) OR may_access_patient(patient, 'READ_PHI', NULL));
END
$$;

-- What is suspended is told to nobody but the officers and who disclosed it (164.528(a)(2)).
DROP POLICY IF EXISTS disclosures_read ON disclosures;
CREATE POLICY disclosures_read ON disclosures FOR SELECT
  USING (disclosed_by_id = (SELECT actor_acting_user_id())
    OR may_read_disclosures(patient_id)
    OR ((suspended_until IS NULL OR suspended_until <= now())
      AND may_access_patient(patient_id, NULL, 'READ_OWN_ACCESS_LOG')));
-- A use case that lets a part of the record out writes that it did, as whoever reads that part,
-- or answers the request for it.
DROP POLICY IF EXISTS disclosures_record ON disclosures;
CREATE POLICY disclosures_record ON disclosures FOR INSERT
  WITH CHECK (disclosed_by_id = (SELECT actor_acting_user_id())
    AND (may_record_disclosures(patient_id)
      OR may_handle_requests_of(keeper_of_chart(patient_id))
      OR may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD')));
DROP POLICY IF EXISTS disclosures_suspend ON disclosures;
CREATE POLICY disclosures_suspend ON disclosures FOR UPDATE
  USING (actor_has_permission('RECORD_DISCLOSURES') AND may_read_disclosures(patient_id));

-- What was disclosed stays disclosed; its suspension alone changes.
CREATE OR REPLACE FUNCTION keep_disclosure()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  kept disclosures := NEW;
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NEW;
  END IF;
  kept.suspended_until := OLD.suspended_until;
  IF kept IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'a disclosure is not changed, but for its suspension'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER disclosures_kept
  BEFORE UPDATE ON disclosures
  FOR EACH ROW EXECUTE FUNCTION keep_disclosure();
