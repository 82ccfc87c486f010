-- Which permissions the caller holds, in the circumstances of the call.
-- @needs User
-- @needs UserSession
-- @needs ApiKey
-- @needs UserRole
-- @needs RolePermission
-- @needs Permission
-- @needs compliance/rights-gates.sql
-- @needs identity/actor.sql

-- What stands here is asked for each row that a policy guards: each statement stands in a function of
-- plpgsql, which plans it once for a connection, on every version of PostgreSQL.

-- The person whose roles count: who is logged in, or who answers for the key. Null where the account
-- is not active, the session or key has ended, or the key is used from elsewhere than it may be.
CREATE OR REPLACE FUNCTION actor_acting_user_id()
RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  person uuid := actor_user_id();
BEGIN
  IF actor_api_key_id() IS NOT NULL THEN
    SELECT owner_user_id INTO person
    FROM api_keys
    WHERE api_keys.id = actor_api_key_id()
      AND api_keys.revoked_at IS NULL
      AND api_keys.expires_at > now()
      AND (cardinality(api_keys.allowed_ip_ranges) = 0
        OR COALESCE(actor_ip() <<= ANY (api_keys.allowed_ip_ranges::cidr[]), false));
  ELSIF actor_session_id() IS NOT NULL THEN
    SELECT user_id INTO person
    FROM user_sessions
    WHERE user_sessions.id = actor_session_id()
      AND user_sessions.user_id = actor_user_id()
      AND user_sessions.revoked_at IS NULL
      AND user_sessions.absolute_expires_at > now();
  END IF;
  RETURN (SELECT users.id FROM users WHERE users.id = person AND users.status = 'ACTIVE');
END
$$;

-- Whether the circumstances meet every key of a grant's condition; a key that is not known is not
-- met. `relationships` are the caller's ties to the person whose record it is, `source` is that of a
-- row to be written.
CREATE OR REPLACE FUNCTION is_condition_met(condition jsonb, relationships text[], source text)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF condition IS NULL THEN
    RETURN true;
  END IF;
  IF condition - '{relationship,mfa,stepUp,purposesOfUse,sources,ipRanges}'::text[] <> '{}' THEN
    RETURN false;
  END IF;
  IF condition ? 'ipRanges' AND NOT EXISTS (
    SELECT FROM jsonb_array_elements_text(condition -> 'ipRanges') AS range
    WHERE actor_ip() <<= range::cidr)
  THEN
    RETURN false;
  END IF;
  RETURN COALESCE(
    (NOT condition ? 'relationship' OR condition ->> 'relationship' = ANY (relationships))
    AND (NOT condition ? 'mfa' OR condition -> 'mfa' = 'false' OR actor_has_mfa())
    AND (NOT condition ? 'stepUp' OR condition -> 'stepUp' = 'false' OR actor_has_step_up())
    AND (NOT condition ? 'purposesOfUse' OR condition -> 'purposesOfUse' ? actor_purpose_of_use())
    AND (NOT condition ? 'sources' OR source IS NULL OR condition -> 'sources' ? source),
    false);
END
$$;

-- Whether a person who acts holds a permission: by a live role of the platform or of the organisation
-- the session acts in, under that grant's condition. A key holds what its scopes name and its owner
-- holds. What reaches the records of others closes while training is lacking, but not in an emergency
-- (45 CFR 164.312(a)(2)(ii)). Called by functions of the owner, which asked who acts.
CREATE OR REPLACE FUNCTION holds_permission(
  person uuid, permission text, relationships text[], source text)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  given record;
BEGIN
  SELECT id, scope IN ('PHI', 'AI') AND name <> 'START_EMERGENCY_ACCESS' AS is_gated
  INTO given FROM permissions WHERE name = permission;
  RETURN EXISTS (
    SELECT FROM user_roles
    JOIN role_permissions USING (role_id)
    WHERE user_roles.user_id = person
      AND user_roles.revoked_at IS NULL
      AND user_roles.valid_from <= now()
      AND (user_roles.valid_to IS NULL OR user_roles.valid_to > now())
      AND (user_roles.organization_id IS NULL
        OR user_roles.organization_id = actor_organization_id())
      AND role_permissions.permission_id = given.id
      AND is_condition_met(role_permissions.condition, relationships, source))
  AND (actor_api_key_id() IS NULL OR EXISTS (
    SELECT FROM api_keys
    WHERE api_keys.id = actor_api_key_id() AND permission = ANY (api_keys.scopes)))
  AND NOT (given.is_gated
    AND COALESCE(actor_purpose_of_use() NOT IN ('ETREAT', 'BTG'), true)
    AND training_lacking(person) IS NOT NULL);
END
$$;

-- Whether the caller holds a permission.
CREATE OR REPLACE FUNCTION actor_has_permission(
  permission text,
  relationships text[] DEFAULT '{}',
  source text DEFAULT NULL
)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  person uuid := actor_acting_user_id();
BEGIN
  RETURN person IS NOT NULL AND holds_permission(person, permission, relationships, source);
END
$$;
