-- What leaves for a model of others: only under an agreement in effect, and with its disclosure.
-- @needs AiInteraction
-- @needs AiModel
-- @needs LegalAgreement
-- @needs compliance/rights-gates.sql

-- A call that sends identifiable health information needs a model that may see it, under the agreement of
-- that model, which is in effect today (45 CFR 164.502(e), 164.504(e)), and the entry of what was disclosed.
CREATE OR REPLACE FUNCTION keep_model_agreement()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM ai_models AS model
    JOIN legal_agreements AS agreement ON agreement.id = model.agreement_id
    WHERE model.id = NEW.model_id AND model.phi_allowed AND model.retired_at IS NULL
      AND agreement.id = NEW.agreement_id AND is_agreement_in_effect(agreement))
  THEN
    RAISE EXCEPTION 'a model sees health information only under its agreement, while that is in effect'
      USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'ai_interactions_agreement_in_effect';
  END IF;
  IF NEW.patient_id IS NOT NULL AND NEW.disclosure_id IS NULL THEN
    RAISE EXCEPTION 'what a model of others is sent of a patient is entered as a disclosure'
      USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'ai_interactions_phi_is_disclosed';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER ai_interactions_under_agreement
  BEFORE INSERT OR UPDATE OF model_id, phi_sent, agreement_id, patient_id, disclosure_id ON ai_interactions
  FOR EACH ROW WHEN (NEW.phi_sent) EXECUTE FUNCTION keep_model_agreement();
