-- What is finished of the workforce's trainings, of reviews, risks and retention stays as it was
-- (45 CFR 164.316(b), 164.530(j)). The application removes none of it: retention does, as the owner.
-- @needs AccessReview
-- @needs RetentionExecution
-- @needs RiskAssessment
-- @needs TrainingRecord

-- The arguments of the trigger are columns: where one of them has a value, the row is finished.
CREATE OR REPLACE FUNCTION keep_finished_record()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  before jsonb := to_jsonb(OLD);
  done text;
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a legal record is removed by retention alone'
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  FOREACH done IN ARRAY TG_ARGV LOOP
    IF before ->> done IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
      RAISE EXCEPTION 'a legal record that is finished is not told otherwise'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
  END LOOP;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER access_reviews_kept
  BEFORE UPDATE OR DELETE ON access_reviews
  FOR EACH ROW EXECUTE FUNCTION keep_finished_record('completed_at');
CREATE OR REPLACE TRIGGER risk_assessments_kept
  BEFORE UPDATE OR DELETE ON risk_assessments
  FOR EACH ROW EXECUTE FUNCTION keep_finished_record('closed_at');
CREATE OR REPLACE TRIGGER training_records_kept
  BEFORE UPDATE OR DELETE ON training_records
  FOR EACH ROW EXECUTE FUNCTION keep_finished_record('completed_at', 'decided_by_id');
-- Retention writes of itself, as the owner.
CREATE OR REPLACE TRIGGER retention_executions_kept
  BEFORE UPDATE OR DELETE ON retention_executions
  FOR EACH ROW EXECUTE FUNCTION keep_finished_record('id');
