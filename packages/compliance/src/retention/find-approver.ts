import { createClient } from '@holovitals/database';
import type { CommandContext } from '../command/package-command.ts';
import { personUnknown } from '../errors.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Finds the active user with this id or address.
 *
 * @param option the option that named them, for the error: an address is not repeated
 * @throws CodedError `COMPLIANCE.PERSON_UNKNOWN`
 */
export async function findApprover(
  { url }: Pick<CommandContext, 'url'>,
  option: string,
  person: string,
): Promise<string> {
  const encryptionKey = process.env['ENCRYPTION_KEY'] ?? '';
  const db = createClient({
    ...{ url, applicationName: 'migrator', maxConnections: 1 },
    ...(encryptionKey !== '' && { encryptionKey }),
  });
  try {
    const who = UUID.test(person) ? { id: person } : { email: person };
    const user = await db.user.findFirst({
      where: { ...who, status: 'ACTIVE' },
      select: { id: true },
    });
    if (user === null) throw personUnknown(option);
    return user.id;
  } finally {
    await db.$disconnect();
  }
}
