-- Sets the day of receipt of a patient's request in the time zone of the organisation that answers.
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
