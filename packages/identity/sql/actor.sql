-- Who acts in this transaction: set once at its start, read by row security and by the use cases.

-- Sets the identity of the caller for the rest of the transaction; every key that is absent is
-- emptied, so that nothing of an earlier caller of the same connection is left. Keys: userId,
-- apiKeyId, sessionId, organizationId (uuid), agentSystem, purposeOfUse, ip (text), mfa, stepUp
-- (boolean). Others are ignored.
CREATE OR REPLACE FUNCTION set_actor(actor jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  uuid_form constant text := '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$';
  key text;
  value text;
BEGIN
  FOREACH key IN ARRAY '{userId,apiKeyId,sessionId,organizationId}'::text[] LOOP
    -- PostgreSQL's own message would repeat the value.
    IF (actor ->> key) !~ uuid_form THEN
      RAISE EXCEPTION 'set_actor: % is not a uuid', key USING ERRCODE = 'invalid_parameter_value';
    END IF;
  END LOOP;
  -- An assignment is evaluated by itself, in a fraction of the time of a query.
  value := set_config('holovitals.user_id', COALESCE(actor ->> 'userId', ''), true);
  value := set_config('holovitals.api_key_id', COALESCE(actor ->> 'apiKeyId', ''), true);
  value := set_config('holovitals.session_id', COALESCE(actor ->> 'sessionId', ''), true);
  value := set_config('holovitals.organization_id', COALESCE(actor ->> 'organizationId', ''), true);
  value := set_config('holovitals.agent_system', COALESCE(actor ->> 'agentSystem', ''), true);
  value := set_config('holovitals.purpose_of_use', COALESCE(actor ->> 'purposeOfUse', ''), true);
  value := set_config('holovitals.ip', COALESCE(actor ->> 'ip', ''), true);
  value := set_config('holovitals.mfa', CASE WHEN actor -> 'mfa' = 'true' THEN 'on' ELSE '' END, true);
  value := set_config('holovitals.step_up', CASE WHEN actor -> 'stepUp' = 'true' THEN 'on' ELSE '' END, true);
  -- The last decisions of the policy, kept for the rest of a statement: they were another caller's.
  value := set_config('holovitals.granted', '', true);
  value := set_config('holovitals.granted_before', '', true);
END
$$;

-- Sets the identity, then calls a function of a subject and options under it, in that order and one
-- round trip. The function is one that the caller may call by itself. It waits ten seconds for a lock
-- at most: a request does not wait for who left a transaction open.
CREATE OR REPLACE FUNCTION call_as(actor jsonb, routine text, subject uuid, options jsonb)
RETURNS json
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET lock_timeout = '10s'
AS $$
DECLARE
  answer json;
BEGIN
  PERFORM set_actor(actor);
  EXECUTE format('SELECT %I($1, $2)', routine) INTO answer USING subject, options;
  RETURN answer;
END
$$;

-- The accessors below carry no SET clause and name their catalog, so that the planner inlines them.

CREATE OR REPLACE FUNCTION actor_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(pg_catalog.current_setting('holovitals.user_id', true), '')::pg_catalog.uuid $$;

CREATE OR REPLACE FUNCTION actor_api_key_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(pg_catalog.current_setting('holovitals.api_key_id', true), '')::pg_catalog.uuid $$;

CREATE OR REPLACE FUNCTION actor_session_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(pg_catalog.current_setting('holovitals.session_id', true), '')::pg_catalog.uuid $$;

CREATE OR REPLACE FUNCTION actor_organization_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(pg_catalog.current_setting('holovitals.organization_id', true), '')::pg_catalog.uuid $$;

CREATE OR REPLACE FUNCTION actor_agent_system() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(pg_catalog.current_setting('holovitals.agent_system', true), '') $$;

CREATE OR REPLACE FUNCTION actor_purpose_of_use() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(pg_catalog.current_setting('holovitals.purpose_of_use', true), '') $$;

CREATE OR REPLACE FUNCTION actor_ip() RETURNS inet LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(pg_catalog.current_setting('holovitals.ip', true), '')::pg_catalog.inet $$;

-- A second factor opened the session.
CREATE OR REPLACE FUNCTION actor_has_mfa() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT COALESCE(pg_catalog.current_setting('holovitals.mfa', true), '') = 'on' $$;

-- A fresh proof of identity is still open.
CREATE OR REPLACE FUNCTION actor_has_step_up() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT COALESCE(pg_catalog.current_setting('holovitals.step_up', true), '') = 'on' $$;
