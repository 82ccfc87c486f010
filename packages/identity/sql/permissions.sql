-- Which permissions the caller holds, in the circumstances of the call.
-- @needs User
-- @needs UserSession
-- @needs ApiKey
-- @needs UserRole
-- @needs RolePermission
-- @needs Permission
-- @needs identity/actor.sql

-- The person whose roles count: who is logged in, or who answers for the key. Null where the account
-- is not active, the session or key has ended, or the key is used from elsewhere than it may be.
CREATE OR REPLACE FUNCTION actor_acting_user_id()
RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT users.id
  FROM users
  WHERE users.status = 'ACTIVE'
    AND CASE
      WHEN actor_api_key_id() IS NOT NULL THEN EXISTS (
        SELECT FROM api_keys
        WHERE api_keys.id = actor_api_key_id()
          AND api_keys.owner_user_id = users.id
          AND api_keys.revoked_at IS NULL
          AND api_keys.expires_at > now()
          AND (cardinality(api_keys.allowed_ip_ranges) = 0
            OR COALESCE(actor_ip() <<= ANY (api_keys.allowed_ip_ranges::cidr[]), false)))
      ELSE users.id = actor_user_id() AND (actor_session_id() IS NULL OR EXISTS (
        SELECT FROM user_sessions
        WHERE user_sessions.id = actor_session_id()
          AND user_sessions.user_id = users.id
          AND user_sessions.revoked_at IS NULL
          AND user_sessions.absolute_expires_at > now()))
    END
  LIMIT 1
$$;

-- Whether the circumstances meet every key of a grant's condition; a key that is not known is not
-- met. `relationships` are the caller's ties to the person whose record it is, `source` is that of a
-- row to be written.
CREATE OR REPLACE FUNCTION is_condition_met(condition jsonb, relationships text[], source text)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT condition IS NULL OR NOT EXISTS (
    SELECT FROM jsonb_each(condition) AS rule
    WHERE NOT COALESCE(CASE rule.key
      WHEN 'relationship' THEN rule.value #>> '{}' = ANY (relationships)
      WHEN 'mfa' THEN rule.value = 'false' OR actor_has_mfa()
      WHEN 'stepUp' THEN rule.value = 'false' OR actor_has_step_up()
      WHEN 'purposesOfUse' THEN rule.value ? actor_purpose_of_use()
      WHEN 'sources' THEN source IS NULL OR rule.value ? source
      WHEN 'ipRanges' THEN EXISTS (
        SELECT FROM jsonb_array_elements_text(rule.value) AS range WHERE actor_ip() <<= range::cidr)
      ELSE false
    END, false))
$$;

-- Whether the caller holds a permission: by a live role of the platform or of the organisation the
-- session acts in, under that grant's condition. A key holds what its scopes name and its owner holds.
CREATE OR REPLACE FUNCTION actor_has_permission(
  permission text,
  relationships text[] DEFAULT '{}',
  source text DEFAULT NULL
)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM user_roles
    JOIN role_permissions USING (role_id)
    JOIN permissions ON permissions.id = role_permissions.permission_id
    WHERE user_roles.user_id = (SELECT actor_acting_user_id())
      AND user_roles.revoked_at IS NULL
      AND user_roles.valid_from <= now()
      AND (user_roles.valid_to IS NULL OR user_roles.valid_to > now())
      AND (user_roles.organization_id IS NULL
        OR user_roles.organization_id = (SELECT actor_organization_id()))
      AND permissions.name = permission
      AND is_condition_met(role_permissions.condition, relationships, source))
  AND (actor_api_key_id() IS NULL OR EXISTS (
    SELECT FROM api_keys
    WHERE api_keys.id = actor_api_key_id() AND permission = ANY (api_keys.scopes)))
$$;
