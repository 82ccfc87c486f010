-- Which accounts a legal hold freezes.
-- @needs LegalHold
-- @needs User
-- @needs Patient

-- Accounts under a live hold: their own, their organisation's, or that of the patient they are. As the
-- owner, since holds are hidden from who works through them; it tells ids alone.
CREATE OR REPLACE FUNCTION held_accounts()
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT users.id
  FROM legal_holds AS hold
  JOIN users ON CASE hold.scope_type
    WHEN 'User' THEN users.id = hold.scope_id
    WHEN 'Organization' THEN users.organization_id = hold.scope_id
    WHEN 'Patient' THEN users.id = (SELECT user_id FROM patients WHERE patients.id = hold.scope_id)
    ELSE false
  END
  WHERE hold.released_at IS NULL OR hold.released_at > now()
$$;
