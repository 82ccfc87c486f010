-- The notices of a breach: their due days, and which of them are still owed.
-- @needs BreachIncident
-- @needs BreachNotification
-- @needs compliance/breach-clocks.sql

-- The last day of a notice to this audience; null where the law asks for none, or a law of a State does.
-- An associate that gives no notices itself names the individuals with its own notice (45 CFR
-- 164.410(c)(1)).
CREATE OR REPLACE FUNCTION breach_notice_due_on(incident breach_incidents, audience notice_audience)
RETURNS date
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT CASE audience
    WHEN 'INDIVIDUAL' THEN COALESCE(incident.individual_due_at, incident.associate_due_at)
    WHEN 'NEXT_OF_KIN' THEN COALESCE(incident.individual_due_at, incident.associate_due_at)
    WHEN 'MEDIA' THEN incident.media_due_at
    WHEN 'SECRETARY' THEN incident.secretary_due_at
    WHEN 'FTC' THEN incident.ftc_due_at
    WHEN 'COVERED_ENTITY' THEN incident.associate_due_at
  END
$$;

-- Writes the due day of a notice that is not sent; what was sent stays as it was, for the proof of
-- 164.414(b), but for its coming back and what took its place, each of which is said once. The day of a
-- notice to an authority of a State is the one given: its laws are not known here.
CREATE OR REPLACE FUNCTION keep_breach_notice()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  kept breach_notifications := NEW;
BEGIN
  IF TG_OP = 'INSERT' OR OLD.sent_at IS NULL THEN
    SELECT COALESCE(breach_notice_due_on(incident, NEW.audience), NEW.due_at) INTO NEW.due_at
    FROM breach_incidents AS incident WHERE incident.id = NEW.incident_id;
    RETURN NEW;
  END IF;
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NEW;
  END IF;
  IF OLD.returned_at IS NULL THEN
    kept.returned_at := OLD.returned_at;
  END IF;
  IF OLD.substitute_notice_at IS NULL THEN
    kept.substitute_notice_at := OLD.substitute_notice_at;
    kept.substitute_method := OLD.substitute_method;
  END IF;
  kept.updated_at := OLD.updated_at;
  IF kept IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'a notice that was sent is not told otherwise'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER breach_notifications_kept
  BEFORE INSERT OR UPDATE ON breach_notifications
  FOR EACH ROW EXECUTE FUNCTION keep_breach_notice();

-- Moves the days of the notices that are not sent with those of their incident.
CREATE OR REPLACE FUNCTION move_breach_notices()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  UPDATE breach_notifications AS notice
  SET due_at = breach_notice_due_on(NEW, notice.audience)
  WHERE notice.incident_id = NEW.id AND notice.sent_at IS NULL
    AND notice.due_at <> breach_notice_due_on(NEW, notice.audience);
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER breach_incidents_move_notices
  AFTER UPDATE ON breach_incidents
  FOR EACH ROW
  -- Rows that are compared whole are printed otherwise after a restore.
  WHEN (NEW.individual_due_at IS DISTINCT FROM OLD.individual_due_at
    OR NEW.media_due_at IS DISTINCT FROM OLD.media_due_at
    OR NEW.secretary_due_at IS DISTINCT FROM OLD.secretary_due_at
    OR NEW.ftc_due_at IS DISTINCT FROM OLD.ftc_due_at
    OR NEW.associate_due_at IS DISTINCT FROM OLD.associate_due_at)
  EXECUTE FUNCTION move_breach_notices();

-- What is owed of an incident, and whether it is done: to individuals, when some are listed and each was
-- told, by a substitute where the notice came back (164.404(d)(2)); to media, in each State with enough
-- residents (164.406, 16 CFR 318.5(b)); to the others, once. Of an incident that is no breach, nothing.
CREATE OR REPLACE FUNCTION breach_duties(incident breach_incidents)
RETURNS TABLE (audience notice_audience, state text, due_on date, is_met boolean)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  IF incident.individual_due_at IS NOT NULL THEN
    RETURN QUERY SELECT 'INDIVIDUAL'::notice_audience, NULL::text, incident.individual_due_at,
      incident.affected_count IS NOT DISTINCT FROM 0
      OR EXISTS (
        SELECT FROM breach_notifications AS notice
        WHERE notice.incident_id = incident.id AND notice.audience IN ('INDIVIDUAL', 'NEXT_OF_KIN'))
      AND NOT EXISTS (
        SELECT FROM breach_notifications AS notice
        WHERE notice.incident_id = incident.id AND notice.audience IN ('INDIVIDUAL', 'NEXT_OF_KIN')
          AND (notice.sent_at IS NULL
            OR notice.returned_at IS NOT NULL AND notice.substitute_notice_at IS NULL));
  END IF;
  IF incident.media_due_at IS NOT NULL THEN
    RETURN QUERY SELECT 'MEDIA'::notice_audience, residents.key, incident.media_due_at, EXISTS (
        SELECT FROM breach_notifications AS notice
        WHERE notice.incident_id = incident.id AND notice.audience = 'MEDIA'
          AND notice.state = residents.key AND notice.sent_at IS NOT NULL)
      FROM jsonb_each(incident.affected_by_state) AS residents
      WHERE CASE WHEN jsonb_typeof(residents.value) = 'number'
        THEN (residents.value #>> '{}')::numeric
          >= CASE WHEN incident.regimes @> ARRAY['FTC'] THEN 500 ELSE 501 END
        END
      ORDER BY residents.key;
  END IF;
  RETURN QUERY SELECT duty.audience, NULL::text, breach_notice_due_on(incident, duty.audience), EXISTS (
      SELECT FROM breach_notifications AS notice
      WHERE notice.incident_id = incident.id AND notice.audience = duty.audience
        AND notice.sent_at IS NOT NULL)
    FROM unnest('{SECRETARY,FTC,COVERED_ENTITY}'::notice_audience[]) AS duty (audience)
    WHERE breach_notice_due_on(incident, duty.audience) IS NOT NULL;
  RETURN QUERY SELECT notice.audience, notice.state, notice.due_at, notice.sent_at IS NOT NULL
    FROM breach_notifications AS notice
    WHERE notice.incident_id = incident.id AND notice.audience = 'STATE_AUTHORITY'
    ORDER BY notice.due_at, notice.id;
END
$$;
