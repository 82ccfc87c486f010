import type { CommandContext } from '../command/package-command.ts';
import { personNotPermitted, personUnknown } from '../errors.ts';
import { findUser } from './find-user.ts';

/**
 * Finds the active user with this id or address, who holds a permission on the whole platform: what is
 * approved reaches all of it. That it is they who approve, with a second factor and a fresh proof, is
 * vouched for by the operator; a grant that asks for other circumstances is not met at a terminal.
 *
 * @param option the option that named them, for the error: an address is not repeated
 * @throws CodedError `COMPLIANCE.PERSON_UNKNOWN`, `COMPLIANCE.PERSON_NOT_PERMITTED`
 */
export async function findPermitted(
  context: Pick<CommandContext, 'url' | 'session'>,
  { option, person, permission }: { option: string; person: string; permission: string },
): Promise<string> {
  const id = await findUser(context, person);
  if (id === null) throw personUnknown(option);
  if (!(await isPermitted(context, id, permission))) throw personNotPermitted(option, permission);
  return id;
}

async function isPermitted(
  { session }: Pick<CommandContext, 'session'>,
  userId: string,
  permission: string,
): Promise<boolean> {
  const { rows } = await session.query(
    `select from user_roles join role_permissions using (role_id)
       join permissions on permissions.id = role_permissions.permission_id
     where user_roles.user_id = $1 and permissions.name = $2
       and user_roles.organization_id is null and user_roles.revoked_at is null
       and user_roles.valid_from <= now() and (user_roles.valid_to is null or user_roles.valid_to > now())
       and coalesce(role_permissions.condition, '{}') - '{mfa,stepUp}'::text[] = '{}'`,
    [userId, permission],
  );
  return rows.length > 0;
}
