-- Refuses changes to closed checkpoints and to what an archive's manifest already states.
-- @needs AuditCheckpoint
-- @needs AuditLogArchive

-- A closed checkpoint is fixed but for the receipt of its copy, which may be set once; an open one
-- may be closed, and keeps its shard and first number. Nothing is deleted.
CREATE OR REPLACE FUNCTION refuse_checkpoint_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.closed_at IS NULL THEN
      IF (NEW.id, NEW.shard, NEW.first_seq, NEW.opened_at)
        IS NOT DISTINCT FROM (OLD.id, OLD.shard, OLD.first_seq, OLD.opened_at) THEN
        RETURN NEW;
      END IF;
    ELSIF OLD.external_receipt IS NULL
      AND to_jsonb(NEW) - 'external_receipt' = to_jsonb(OLD) - 'external_receipt' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'audit_checkpoints: % of a sealed row is refused', TG_OP
    USING ERRCODE = 'object_not_in_prerequisite_state';
END
$$;

-- A manifest is fixed but for the steps that follow it: verified, detached, each set once;
-- retain_until may move later.
CREATE OR REPLACE FUNCTION refuse_archive_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'UPDATE'
    AND to_jsonb(NEW) - ARRAY['verified_at', 'detached_at', 'retain_until']
      = to_jsonb(OLD) - ARRAY['verified_at', 'detached_at', 'retain_until']
    AND (OLD.verified_at IS NULL OR NEW.verified_at IS NOT DISTINCT FROM OLD.verified_at)
    AND (OLD.detached_at IS NULL OR NEW.detached_at IS NOT DISTINCT FROM OLD.detached_at)
    AND NEW.retain_until >= OLD.retain_until THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'audit_log_archives: % of a sealed row is refused', TG_OP
    USING ERRCODE = 'object_not_in_prerequisite_state';
END
$$;

CREATE OR REPLACE TRIGGER audit_checkpoints_sealed
  BEFORE UPDATE OR DELETE ON audit_checkpoints
  FOR EACH ROW EXECUTE FUNCTION refuse_checkpoint_change();

CREATE OR REPLACE TRIGGER audit_checkpoints_no_truncate
  BEFORE TRUNCATE ON audit_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_checkpoint_change();

CREATE OR REPLACE TRIGGER audit_log_archives_sealed
  BEFORE UPDATE OR DELETE ON audit_log_archives
  FOR EACH ROW EXECUTE FUNCTION refuse_archive_change();

CREATE OR REPLACE TRIGGER audit_log_archives_no_truncate
  BEFORE TRUNCATE ON audit_log_archives
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_archive_change();
