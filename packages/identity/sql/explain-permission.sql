-- Why a person holds a permission, or does not, in words.
-- @needs ApiKey
-- @needs Permission
-- @needs Role
-- @needs RolePermission
-- @needs UserRole
-- @needs compliance/rights-gates.sql
-- @needs identity/permissions.sql

-- Asks what `holds_permission` asks, grant by grant, and names what is lacking.
CREATE OR REPLACE FUNCTION explain_permission(
  person uuid, permission text, relationships text[], source text)
RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  found record;
  said text[] := '{}';
  lacking text[];
BEGIN
  FOR found IN
    SELECT role.name, role_permission.condition,
      held.revoked_at IS NOT NULL OR held.valid_from > now() OR held.valid_to <= now() AS is_over,
      held.organization_id IS NOT NULL
        AND held.organization_id IS DISTINCT FROM actor_organization_id() AS is_elsewhere
    FROM user_roles AS held
    JOIN roles AS role ON role.id = held.role_id
    JOIN role_permissions AS role_permission ON role_permission.role_id = held.role_id
    JOIN permissions AS given ON given.id = role_permission.permission_id
    WHERE held.user_id = person AND given.name = permission
    ORDER BY role.name, held.id
  LOOP
    IF found.is_over THEN
      said := said || format('%s: the role is not in force', found.name);
    ELSIF found.is_elsewhere THEN
      said := said || format('%s: the role is of another organisation', found.name);
    ELSIF is_condition_met(found.condition, relationships, source) THEN
      said := said || format('%s grants it', found.name);
    ELSE
      lacking := ARRAY(
        SELECT key FROM jsonb_each(found.condition)
        WHERE NOT is_condition_met(jsonb_build_object(key, value), relationships, source));
      said := said || format('%s grants it where these are met, and they are not: %s', found.name,
        array_to_string(lacking, ', '));
    END IF;
  END LOOP;
  IF said = '{}' THEN
    RETURN format('no role grants %s', permission);
  END IF;
  IF actor_api_key_id() IS NOT NULL AND NOT EXISTS (
    SELECT FROM api_keys WHERE id = actor_api_key_id() AND permission = ANY (scopes))
  THEN
    said := said || format('the scopes of the key leave %s out', permission);
  END IF;
  IF training_lacking(person) IS NOT NULL AND EXISTS (
    SELECT FROM permissions WHERE name = permission AND scope IN ('PHI', 'AI'))
  THEN
    said := said || format('closed but for emergencies, until the training "%s" is completed',
      training_lacking(person));
  END IF;
  RETURN array_to_string(said, '; ');
END
$$;
