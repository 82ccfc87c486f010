import pg from 'pg';
import { readChanges, writeChanges } from '../safe-form/read-changes.ts';
import type { SchemaCatalog } from '../schema-catalog.ts';
import { findUsedAtOnce } from './enum-changes.ts';

/** A change of which some values of enums must be there before the rest, in a migration of their own. */
export interface ValuesFirst {
  readonly up: string;
  /** What is left of Prisma's statements. */
  readonly structure: string;
}

/** Takes the values that a change adds and uses out of it; null where it uses none of them at once. */
export async function addValuesFirst(
  structure: string,
  from: SchemaCatalog,
  to: SchemaCatalog,
): Promise<ValuesFirst | null> {
  const used = findUsedAtOnce(from, to);
  if (used.length === 0) return null;
  const added = used.flatMap(({ type, gained }) =>
    gained.map(
      (value) =>
        `ALTER TYPE ${pg.escapeIdentifier(type)} ADD VALUE ${pg.escapeLiteral(value).trim()};`,
    ),
  );
  const changes = await readChanges(structure);
  const rest = changes.filter(
    ({ kind, name }) => kind !== 'add-value' || !used.some(({ type }) => type === name),
  );
  return { up: `-- AlterEnum\n${added.join('\n')}\n`, structure: writeChanges(rest) };
}
