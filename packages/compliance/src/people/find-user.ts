import { createClient, findKeyEncryptionKey } from '@holovitals/database';
import type { CommandContext } from '../command/package-command.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Finds the id of the active user with this id or address; null where there is none. */
export async function findUser(
  { url }: Pick<CommandContext, 'url'>,
  person: string,
): Promise<string | null> {
  const db = createClient({
    ...{ url, applicationName: 'migrator', maxConnections: 1 },
    encryptionKey: findKeyEncryptionKey(process.env),
  });
  try {
    const who = UUID.test(person) ? { id: person } : { email: person };
    const user = await db.user.findFirst({
      where: { ...who, status: 'ACTIVE' },
      select: { id: true },
    });
    return user?.id ?? null;
  } finally {
    await db.$disconnect();
  }
}
