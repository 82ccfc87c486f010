-- Sets the due days of a breach's notices from its facts: whom it hit, under which law, which hold.
-- @needs Organization.timezone
-- @needs BreachIncident

-- The last day for one notice, or for the log of the smaller breaches of a year.
--   from 500 individuals, or an unknown number: 60 days from discovery
--   fewer: 60 days after the end of the year of discovery (1 March, in a leap year 29 February)
-- 45 CFR 164.408(b)-(c); 16 CFR 318.4(a), 318.5(c).
CREATE OR REPLACE FUNCTION breach_authority_due_on(discovered_on date, affected_count integer)
RETURNS date
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT CASE
    WHEN affected_count < 500 THEN make_date(extract(year FROM discovered_on)::integer, 12, 31) + 60
    ELSE discovered_on + 60
  END
$$;

-- Writes discovered_on and the five due days; no other writer can change them.
-- HIPAA and Part 2 (42 CFR 2.16(b)) share their limits. A notice that is nobody's duty, or not this
-- organisation's, has no day: secured information, an exception, a low probability of compromise
-- (both not under the FTC rule, whose rows cannot have them), an associate without delegation.
-- A law-enforcement hold (164.412, 318.4(d)) moves a day that falls before its end, never forward.
CREATE OR REPLACE FUNCTION set_breach_clocks()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  is_hipaa boolean := NEW.regimes && ARRAY['HIPAA', 'PART2'];
  is_ftc boolean := NEW.regimes @> ARRAY['FTC'];
  is_notifiable boolean := NEW.unsecured_phi
    AND NEW.our_role <> 'NONE'
    AND NEW.status NOT IN ('EXCEPTION_APPLIES', 'ASSESSED_LOW_PROBABILITY')
    AND NEW.exception IS NULL
    AND NOT NEW.low_probability;
  is_associate boolean :=
    NEW.our_role IN ('BUSINESS_ASSOCIATE', 'QUALIFIED_SERVICE_ORGANIZATION', 'PHR_SERVICE_PROVIDER');
  is_notifier boolean;
  limit_60 date;
  largest_state numeric;
BEGIN
  SELECT (NEW.discovered_at AT TIME ZONE organizations.timezone)::date INTO NEW.discovered_on
  FROM public.organizations WHERE organizations.id = NEW.organization_id;
  NEW.discovered_on := COALESCE(NEW.discovered_on, (NEW.discovered_at AT TIME ZONE 'UTC')::date);

  is_notifiable := is_notifiable AND (is_hipaa OR is_ftc);
  is_notifier := is_notifiable AND (NOT is_associate OR NEW.notices_delegated);
  limit_60 := NEW.discovered_on + 60;

  SELECT max(CASE WHEN jsonb_typeof(value) = 'number' THEN (value #>> '{}')::numeric END)
  INTO largest_state
  FROM jsonb_each(CASE WHEN jsonb_typeof(NEW.affected_by_state) = 'object'
    THEN NEW.affected_by_state ELSE '{}' END);

  -- GREATEST ignores a hold that is not there.
  NEW.individual_due_at := CASE WHEN is_notifier THEN GREATEST(limit_60, NEW.hold_until) END;
  NEW.media_due_at := CASE
    WHEN is_notifier AND ((is_hipaa AND largest_state > 500) OR (is_ftc AND largest_state >= 500))
    THEN GREATEST(limit_60, NEW.hold_until) END;
  NEW.secretary_due_at := CASE WHEN is_notifier AND is_hipaa THEN
    GREATEST(breach_authority_due_on(NEW.discovered_on, NEW.affected_count), NEW.hold_until) END;
  NEW.ftc_due_at := CASE WHEN is_notifier AND is_ftc THEN
    GREATEST(breach_authority_due_on(NEW.discovered_on, NEW.affected_count), NEW.hold_until) END;
  NEW.associate_due_at := CASE WHEN is_notifiable AND is_associate THEN
    GREATEST(limit_60, NEW.hold_until) END;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER breach_incidents_clocks
  BEFORE INSERT OR UPDATE ON breach_incidents
  FOR EACH ROW EXECUTE FUNCTION set_breach_clocks();
