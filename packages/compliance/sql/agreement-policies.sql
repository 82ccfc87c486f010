-- Who may see, record and terminate agreements; what was agreed is kept as it was.
-- @needs LegalAgreement
-- @needs clinical/patient-access.sql
-- @needs identity/permissions.sql

-- Both parties see an agreement; a patient sees what was acknowledged.
DROP POLICY IF EXISTS legal_agreements_read ON legal_agreements;
CREATE POLICY legal_agreements_read ON legal_agreements FOR SELECT
  USING (CASE WHEN patient_id IS NULL
    THEN ((SELECT actor_organization_id()) = counterparty_id
        OR (SELECT actor_organization_id()) IS NOT DISTINCT FROM organization_id)
      AND (SELECT actor_has_permission('MANAGE_AGREEMENTS'))
    ELSE may_access_patient(patient_id, 'READ_PHI', 'READ_OWN_RECORD') END);

DROP POLICY IF EXISTS legal_agreements_record ON legal_agreements;
CREATE POLICY legal_agreements_record ON legal_agreements FOR INSERT
  WITH CHECK (patient_id IS NULL
    AND organization_id IS NOT DISTINCT FROM (SELECT actor_organization_id())
    AND (SELECT actor_has_permission('MANAGE_AGREEMENTS')));

DROP POLICY IF EXISTS legal_agreements_terminate ON legal_agreements;
CREATE POLICY legal_agreements_terminate ON legal_agreements FOR UPDATE
  USING (patient_id IS NULL
    AND organization_id IS NOT DISTINCT FROM (SELECT actor_organization_id())
    AND (SELECT actor_has_permission('MANAGE_AGREEMENTS')));

-- An agreement is terminated once, and not changed: a new one replaces it.
CREATE OR REPLACE FUNCTION keep_agreement()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  kept legal_agreements := NEW;
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NEW;
  END IF;
  kept.updated_at := OLD.updated_at;
  IF OLD.terminated_at IS NULL THEN
    kept.terminated_at := OLD.terminated_at;
  END IF;
  IF kept IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'an agreement is terminated once, and not changed otherwise'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER legal_agreements_kept
  BEFORE UPDATE ON legal_agreements
  FOR EACH ROW EXECUTE FUNCTION keep_agreement();
