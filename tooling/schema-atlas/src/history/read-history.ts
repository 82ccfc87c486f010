import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { schemaDirectoryOf } from '@holovitals/schema-release';
import { readEvents, type SchemaEvent } from './read-events.ts';

export type { SchemaEvent } from './read-events.ts';

/** One migration of the history. */
export interface MigrationEntry {
  readonly name: string;
  /** `2026-11-23 22:45`, of its name; null where the name has no time. */
  readonly time: string | null;
  readonly domains: readonly string[];
  /** Null where nothing tells. */
  readonly reversible: boolean | null;
  readonly events: readonly SchemaEvent[];
  /** False where its SQL does not parse: what it did is not known. */
  readonly isRead: boolean;
}

/** The migrations beside the composed schema, oldest first. */
export async function readHistory(root: string): Promise<MigrationEntry[]> {
  const folder = path.join(root, schemaDirectoryOf(root) ?? '.', 'migrations');
  if (!existsSync(folder)) return [];
  const entries: MigrationEntry[] = [];
  for (const name of readdirSync(folder).sort()) {
    const script = path.join(folder, name, 'migration.sql');
    if (!existsSync(script)) continue;
    const events = await readEvents(readFileSync(script, 'utf8'));
    entries.push({
      name,
      time: timeOf(name),
      ...readMeta(path.join(folder, name, 'meta.json')),
      events: events ?? [],
      isRead: events !== null,
    });
  }
  return entries;
}

function timeOf(name: string): string | null {
  const [, year, month, day, hour, minute] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)\d\d/.exec(name) ?? [];
  if (year === undefined) return null;
  return `${year}-${month ?? ''}-${day ?? ''} ${hour ?? ''}:${minute ?? ''}`;
}

function readMeta(file: string): Pick<MigrationEntry, 'domains' | 'reversible'> {
  if (!existsSync(file)) return { domains: [], reversible: null };
  const { domains, reversible } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return {
    domains: Array.isArray(domains) ? domains.filter((each) => typeof each === 'string') : [],
    reversible: typeof reversible === 'boolean' ? reversible : null,
  };
}
