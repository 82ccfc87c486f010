-- Which file a document may name as its content.
-- @needs Document
-- @needs SecureFile
-- @needs clinical/record-policies.sql
-- @needs clinical/patient-policies.sql

-- Whoever sees a document sees its file (`secure_files_read`), so nobody may open a file to others, or
-- to himself, by naming it: it is one of the same patient that the writer sees already, and that is
-- neither held back nor gone. Runs as the caller, so that row security decides what is seen. A
-- correction may keep the file of what it corrects, whatever became of that file since.
CREATE OR REPLACE FUNCTION check_document_file()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM secure_files AS file
      WHERE file.id = NEW.secure_file_id AND file.patient_id = NEW.patient_id
        AND file.status NOT IN ('QUARANTINED', 'FAILED', 'DESTROYED')
        AND file.deleted_at IS NULL AND file.destroyed_at IS NULL)
    OR EXISTS (SELECT FROM documents AS corrected
      WHERE corrected.id = NEW.supersedes_id AND corrected.patient_id = NEW.patient_id
        AND corrected.secure_file_id = NEW.secure_file_id)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a document names a file of the same patient that its writer may see'
    USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME,
      CONSTRAINT = 'documents_secure_file_id_fkey';
END
$$;

CREATE OR REPLACE TRIGGER documents_file_checked
  BEFORE INSERT OR UPDATE OF secure_file_id, patient_id ON documents
  FOR EACH ROW EXECUTE FUNCTION check_document_file();
