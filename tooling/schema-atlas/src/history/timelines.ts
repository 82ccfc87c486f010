import type { MigrationEntry } from './read-history.ts';

/** What happened to a table, a column, an enum or a value, and in which migration. */
export interface TimelineEntry {
  readonly migration: string;
  readonly time: string | null;
  readonly what: string;
}

/** Looks up what a history did to a name of the database, and to a part of it. */
export interface Timelines {
  of(name: string, part?: string): readonly TimelineEntry[];
}

const WORDS = { added: 'added', changed: 'changed', removed: 'removed' } as const;

/** Follows names through renames: what happened under an old name counts for the new one. */
export function openTimelines(migrations: readonly MigrationEntry[]): Timelines {
  const known = new Map<string, TimelineEntry[]>();
  for (const { name: migration, time, events } of migrations) {
    for (const { kind, name, part, from } of events) {
      const key = keyOf(name, part);
      if (kind !== 'renamed') {
        const before = kind === 'added' ? [] : (known.get(key) ?? []);
        known.set(key, [...before, { migration, time, what: WORDS[kind] }]);
        continue;
      }
      const entry = { migration, time, what: `renamed from ${from ?? ''}` };
      const old = part === null ? keyOf(from ?? '', null) : keyOf(name, from ?? '');
      move(known, old, key);
      known.set(key, [...(known.get(key) ?? []), entry]);
      if (part === null) moveParts(known, from ?? '', name);
    }
  }
  return { of: (name, part) => known.get(keyOf(name, part ?? null)) ?? [] };
}

function keyOf(name: string, part: string | null): string {
  return JSON.stringify(part === null ? [name] : [name, part]);
}

function move(known: Map<string, TimelineEntry[]>, from: string, to: string): void {
  const entries = known.get(from);
  if (entries === undefined) return;
  known.delete(from);
  known.set(to, entries);
}

function moveParts(known: Map<string, TimelineEntry[]>, from: string, to: string): void {
  for (const key of [...known.keys()]) {
    const [name, part] = JSON.parse(key) as [string, string?];
    if (name === from && part !== undefined) move(known, key, keyOf(to, part));
  }
}
