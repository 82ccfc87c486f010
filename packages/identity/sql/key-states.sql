-- The states a key may go through, whoever writes: NIST SP 800-57 part 1, section 7.
-- @needs EncryptionKey

-- A state is never taken back: what was deactivated does not protect again, and what was destroyed
-- has no way on. A key that still protects is deactivated before it is destroyed. What a version is
-- (its name, number and use) stands in ciphertexts and does not change; its wrapping may.
CREATE OR REPLACE FUNCTION keep_key_states()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF (NEW.id, NEW.alias, NEW.version, NEW.purpose, NEW.algorithm)
    IS DISTINCT FROM (OLD.id, OLD.alias, OLD.version, OLD.purpose, OLD.algorithm) THEN
    RAISE EXCEPTION 'encryption_keys: name, version and use of a key do not change'
      USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.status = OLD.status OR NEW.status::text = ANY (CASE OLD.status::text
    WHEN 'PRE_ACTIVATION' THEN ARRAY['ACTIVE', 'COMPROMISED', 'DESTROYED']
    WHEN 'ACTIVE' THEN ARRAY['SUSPENDED', 'DEACTIVATED', 'COMPROMISED']
    WHEN 'SUSPENDED' THEN ARRAY['ACTIVE', 'DEACTIVATED', 'COMPROMISED']
    WHEN 'DEACTIVATED' THEN ARRAY['COMPROMISED', 'DESTROYED']
    WHEN 'COMPROMISED' THEN ARRAY['DESTROYED']
    ELSE ARRAY[]::text[]
  END) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'encryption_keys: a key does not go from % to %', OLD.status, NEW.status
    USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = TG_TABLE_NAME;
END
$$;

CREATE OR REPLACE TRIGGER encryption_keys_states
  BEFORE UPDATE ON encryption_keys
  FOR EACH ROW EXECUTE FUNCTION keep_key_states();

-- A key that is over is destroyed in place: its row says which values are lost, since when and why.
-- Without it, the next process would make another key under the same name and version.
CREATE OR REPLACE FUNCTION refuse_key_removal()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'encryption_keys: % is refused, keys are destroyed in place', TG_OP
    USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = TG_TABLE_NAME;
END
$$;

CREATE OR REPLACE TRIGGER encryption_keys_stay
  BEFORE DELETE ON encryption_keys
  FOR EACH ROW EXECUTE FUNCTION refuse_key_removal();

CREATE OR REPLACE TRIGGER encryption_keys_no_truncate
  BEFORE TRUNCATE ON encryption_keys
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_key_removal();
