import type pg from 'pg';
import { applyObject } from './apply-object.ts';
import { findDependents, type DependencySeeds } from './find-dependents.ts';
import { CATALOG, queryCatalog } from './object-catalog.ts';
import { readRights, restoreRights, type ObjectRights } from './object-rights.ts';
import type { SqlObject } from './sql-object.ts';

/** Objects that were dropped to make way, and what they are to get back. */
export interface SetAside {
  readonly identities: readonly string[];
  /** The files that made them, whether they are still there or not. */
  readonly files: ReadonlySet<string>;
  readonly rights: readonly ObjectRights[];
}

/** SQLSTATEs by which the server says that something depends on what is to change. */
const DEPENDED_ON = new Set([
  '2BP01', // dependent_objects_still_exist
  '0A000', // feature_not_supported: "cannot alter type of a column used by a view or rule"
]);

/** SQLSTATEs by which the server says that an object cannot be replaced as it stands. */
const NOT_REPLACEABLE = new Set([
  '42P13', // invalid_function_definition: "cannot change return type of existing function"
  '42P16', // invalid_table_definition: "cannot drop columns from view"
  '42809', // wrong_object_type: a function that became a procedure
  '42710', // duplicate_object: CREATE where OR REPLACE does not exist
  '42723', // duplicate_function
  '42P07', // duplicate_table
]);

/** Tells whether a migration may have failed over objects that depend on what it changes. */
export function isDependedOn(error: unknown): boolean {
  return DEPENDED_ON.has((error as { code?: string }).code ?? '');
}

/** Tells whether a file of objects may have failed over what it made before. */
export function isNotReplaceable(error: unknown): boolean {
  return isDependedOn(error) || NOT_REPLACEABLE.has((error as { code?: string }).code ?? '');
}

/** Drops, in the open transaction, the recorded objects that are meant or depend on what is meant. */
export async function setAside(client: pg.Client, seeds: DependencySeeds): Promise<SetAside> {
  const identities = await findDependents(client, seeds);
  const rights = await readRights(client, identities);
  const { rows } = await client.query<{ file: string }>(
    'select file from migrator.objects where (left_behind || objects) ?| $1::text[]',
    [identities],
  );
  for (const identity of identities) await client.query(`drop ${identity}`);
  return { identities, rights, files: new Set(rows.map(({ file }) => file)) };
}

/**
 * Restores, in the same transaction, what was set aside: its files are applied as they are now, in
 * order, and each object gets the rights it had. Answers those that no file makes any more.
 *
 * @throws ObjectRefused
 */
export async function restore(
  client: pg.Client,
  aside: SetAside,
  objects: readonly SqlObject[],
): Promise<{ readonly restored: readonly SqlObject[]; readonly lost: readonly string[] }> {
  const restored = objects.filter(({ file }) => aside.files.has(file));
  for (const object of restored) await applyObject(client, object);
  const there = new Set(
    (
      await queryCatalog<{ identity: string }>(
        client,
        `with ${CATALOG} select identity from catalog where identity = any ($1)`,
        [aside.identities],
      )
    ).map(({ identity }) => identity),
  );
  await restoreRights(
    client,
    aside.rights.filter(({ identity }) => there.has(identity)),
  );
  return { restored, lost: aside.identities.filter((identity) => !there.has(identity)) };
}
