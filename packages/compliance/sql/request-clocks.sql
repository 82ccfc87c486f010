-- The day of receipt of a patient's request, in the zone of the organisation that answers; one extension, in time.
-- @needs Organization.timezone
-- @needs PatientAccessRequest
-- @needs PatientAmendmentRequest

-- 45 CFR 164.524(b)(2) and 164.526(b)(2) count days from receipt; the due days are generated from
-- received_on, which nothing but this trigger writes.
CREATE OR REPLACE FUNCTION set_request_received_on()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  SELECT (NEW.received_at AT TIME ZONE organizations.timezone)::date INTO NEW.received_on
  FROM public.organizations WHERE organizations.id = NEW.organization_id;
  -- No such organisation: the foreign key is about to say so.
  NEW.received_on := COALESCE(NEW.received_on, (NEW.received_at AT TIME ZONE 'UTC')::date);
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER patient_access_requests_received_on
  BEFORE INSERT OR UPDATE OF received_at, received_on, organization_id ON patient_access_requests
  FOR EACH ROW EXECUTE FUNCTION set_request_received_on();

CREATE OR REPLACE TRIGGER patient_amendment_requests_received_on
  BEFORE INSERT OR UPDATE OF received_at, received_on, organization_id ON patient_amendment_requests
  FOR EACH ROW EXECUTE FUNCTION set_request_received_on();

-- 164.524(b)(2)(iii), 164.526(b)(2)(ii), 164.528(c)(1)(ii): one extension, told within the time it
-- extends. Runs after the row is written, when the generated due day is there to be compared.
CREATE OR REPLACE FUNCTION refuse_late_extension()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  extended_on date;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.extended_at IS NOT NULL
    AND NEW.extended_at IS DISTINCT FROM OLD.extended_at
  THEN
    RAISE EXCEPTION 'the time of a request is extended once'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  SELECT (NEW.extended_at AT TIME ZONE organizations.timezone)::date INTO extended_on
  FROM public.organizations WHERE organizations.id = NEW.organization_id;
  -- No organisation to be read: the day in UTC, as for the day of receipt.
  IF COALESCE(extended_on, (NEW.extended_at AT TIME ZONE 'UTC')::date) > NEW.due_at THEN
    RAISE EXCEPTION 'a request is not extended after its due day'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER patient_access_requests_extension
  AFTER INSERT OR UPDATE OF extended_at, received_at, organization_id, kind
  ON patient_access_requests
  FOR EACH ROW EXECUTE FUNCTION refuse_late_extension();

CREATE OR REPLACE TRIGGER patient_amendment_requests_extension
  AFTER INSERT OR UPDATE OF extended_at, received_at, organization_id
  ON patient_amendment_requests
  FOR EACH ROW EXECUTE FUNCTION refuse_late_extension();
