import { createDatabase, dropDatabase, resetDatabase, type DatabaseOwner } from '../databases.ts';
import type { PostgresServer } from '../start-server.ts';
import { roleNotEmbedded } from '../errors.ts';
import { atDatabase } from '../postgres-url.ts';
import { print, printJson, talk } from './output.ts';
import { databaseToDestroy, defaultDatabase, givenUrl, openTarget } from './target.ts';

interface JsonOption {
  readonly json?: true;
}

/** `--force` permits the loss in production. */
interface DestroyOptions extends JsonOption {
  readonly force?: true;
}

/** `db url`: the URL of a database, for a program to read, so with the password. */
export async function urlCommand(
  database: string | undefined,
  options: JsonOption & { readonly role?: string },
): Promise<void> {
  const given = givenUrl();
  if (given !== undefined && options.role !== undefined) throw roleNotEmbedded();
  const { embedded } = await openTarget();
  const url =
    given === undefined
      ? embedded?.url({ database: database ?? defaultDatabase(), ...withRole(options.role) })
      : database === undefined
        ? given
        : atDatabase(given, database);
  talk('the URL holds the password');
  if (options.json) printJson({ url });
  else print(String(url));
}

/** `db create`. */
export async function createCommand(name: string, options: JsonOption): Promise<void> {
  const { serverUrl, embedded } = await openTarget();
  await createDatabase(serverUrl, name, ownerOf(embedded, name));
  talk(`created database ${name}`);
  if (options.json) printJson({ database: name, created: true });
}

/** `db drop`. */
export async function dropCommand(
  name: string | undefined,
  options: DestroyOptions,
): Promise<void> {
  const database = databaseToDestroy('drop', name, options.force === true);
  const dropped = await dropDatabase((await openTarget()).serverUrl, database);
  talk(dropped ? `dropped database ${database}` : `there was no database ${database}`);
  if (options.json) printJson({ database, dropped });
}

/** `db reset`. */
export async function resetCommand(
  name: string | undefined,
  options: DestroyOptions,
): Promise<void> {
  const database = databaseToDestroy('reset', name, options.force === true);
  const { serverUrl, embedded } = await openTarget();
  await resetDatabase(serverUrl, database, ownerOf(embedded, database));
  talk(`database ${database} is empty`);
  if (options.json) printJson({ database, reset: true });
}

function withRole(role: string | undefined): { role?: string } {
  return role === undefined ? {} : { role };
}

/** On the embedded server a database has an owner named after it, as migrations expect. */
function ownerOf(
  embedded: PostgresServer | undefined,
  database: string,
): DatabaseOwner | undefined {
  const name = `${database}_owner`;
  return embedded === undefined || Buffer.byteLength(name) > 63
    ? undefined
    : { name, password: embedded.passwordOf(name) };
}
