-- What closes rights that a role gives: training that is due, and an agreement that is missing.
-- @needs LegalAgreement
-- @needs Organization
-- @needs TrainingRecord
-- @needs identity/actor.sql

-- The training that a person lacks (45 CFR 164.308(a)(5), 164.530(b)): assigned, not completed and past
-- its due day in the zone of the organisation acted in; or completed and run out since. What was
-- completed later of the same course makes up for it. Null where nothing is lacking.
CREATE OR REPLACE FUNCTION training_lacking(person uuid)
RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM training_records WHERE user_id = person AND kind = 'TRAINING') THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT lacking.course FROM training_records AS lacking
    WHERE lacking.user_id = person AND lacking.kind = 'TRAINING'
      AND (lacking.expires_at <= now()
        OR lacking.completed_at IS NULL AND lacking.due_at < (now() AT TIME ZONE COALESCE((
          SELECT organizations.timezone FROM organizations
          WHERE organizations.id = actor_organization_id()), 'UTC'))::date)
      AND NOT EXISTS (
        SELECT FROM training_records AS later
        WHERE later.user_id = person AND later.kind = 'TRAINING' AND later.course = lacking.course
          AND later.completed_at >= COALESCE(lacking.completed_at, lacking.assigned_at)
          AND (later.expires_at IS NULL OR later.expires_at > now()))
    ORDER BY lacking.course LIMIT 1);
END
$$;

-- Whether the organisation acted in works on behalf of the one that keeps a chart, and no business
-- associate agreement between them is in effect (45 CFR 164.502(e), 164.504(e)). Those who are covered
-- themselves disclose to each other without one, for treatment.
CREATE OR REPLACE FUNCTION is_agreement_missing(keeper uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  associate uuid := actor_organization_id();
BEGIN
  RETURN associate IS NOT NULL AND keeper IS NOT NULL AND associate <> keeper
    AND EXISTS (
      SELECT FROM organizations
      WHERE id = associate AND 'BUSINESS_ASSOCIATE' = ANY (regulatory_roles)
        AND NOT 'COVERED_ENTITY' = ANY (regulatory_roles))
    AND NOT EXISTS (
      SELECT FROM legal_agreements AS agreement
      WHERE agreement.organization_id = keeper AND agreement.counterparty_id = associate
        AND agreement.type IN ('BAA', 'SUBCONTRACTOR_BAA')
        AND is_agreement_in_effect(agreement));
END
$$;

-- Whether health information may go to the counterparty of an agreement today, in the zone of the party
-- whose agreement it is.
CREATE OR REPLACE FUNCTION is_agreement_in_effect(agreement legal_agreements)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  today date := (now() AT TIME ZONE COALESCE((
    SELECT timezone FROM organizations WHERE id = agreement.organization_id), 'UTC'))::date;
BEGIN
  RETURN agreement.phi_permitted
    AND agreement.signed_at <= now()
    AND agreement.effective_from <= today
    AND (agreement.effective_to IS NULL OR agreement.effective_to >= today)
    AND (agreement.terminated_at IS NULL OR agreement.terminated_at > now());
END
$$;
