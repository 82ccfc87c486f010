import pg from 'pg';
import type { SchemaCatalog } from '../schema-catalog.ts';
import { derivedName } from './derived-name.ts';
import type { Change } from './read-changes.ts';
import type { Step } from './step.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

const CREATE = /^(create\s+(?:unique\s+)?index)\s+("(?:[^"]|"")*"|[\w$\x80-\uffff]+)/i;

/** An index built beside readers and writers; its way back drops it as quietly. */
export function buildIndex(text: string, name: string, schema?: string): Step {
  const place = schema === undefined ? '' : `${quote(schema)}.`;
  return {
    ...{ phase: 'index', topic: `index_${name}`, isAlone: true },
    up: [`-- CreateIndex\n${concurrently(text, name)};`],
    down: [`-- DropIndex\nDROP INDEX CONCURRENTLY ${place}${quote(name)};`],
  };
}

/** An index that goes, and comes back as it was. */
export function dropIndex(
  definition: string,
  name: string,
  phase: 'unindex' | 'drop-index' | 'contract-index' = 'drop-index',
): Step {
  return {
    ...{ phase, topic: `drop_index_${name}`, isAlone: true },
    up: [`-- DropIndex\nDROP INDEX CONCURRENTLY ${quote(name)};`],
    down: [`-- CreateIndex\n${concurrently(definition, name)};`],
  };
}

/** An index that is defined otherwise and keeps its name: the old one serves until the new one is there. */
export function replaceIndex(definition: string, text: string, name: string): Step[] {
  const [next, old] = [derivedName([name], 'next'), derivedName([name], 'old')];
  // Where a rollback is tried, what refuses transactions is left out: an index may lack.
  const rename = (from: string, to: string, where = '') =>
    `ALTER INDEX ${where}${quote(from)} RENAME TO ${quote(to)};`;
  return [
    buildIndex(text, next),
    {
      ...{ phase: 'constrain', topic: 'constraints', isAlone: false },
      up: [`-- RenameIndex\n${rename(name, old)}\n${rename(next, name)}`],
      down: [`-- RenameIndex\n${rename(name, next)}\n${rename(old, name, 'IF EXISTS ')}`],
    },
    dropIndex(definition, old),
  ];
}

/**
 * How an index that a script drops goes: with its column, before its column changes its type, or
 * after everything else. Null where it stays in its place.
 */
export function goneIndex(
  { name }: Change,
  before: SchemaCatalog,
  changes: readonly Change[],
): Step[] | null {
  const index = [...before.indexes.values()].find((it) => it.name === name);
  if (index === undefined || !before.tables.has(index.table)) return null;
  if (before.tables.get(index.table) === true) return null;
  const touches = (kind: Change['kind']) =>
    changes.some(
      (it) => it.kind === kind && it.table === index.table && index.columns.includes(it.name),
    );
  if (changes.some((it) => it.kind === 'drop-table' && it.table === index.table)) return [];
  if (touches('drop-column')) return [];
  return [dropIndex(index.definition, name, touches('change-type') ? 'unindex' : 'drop-index')];
}

function concurrently(text: string, name: string): string {
  return text.replace(CREATE, (_, create: string) => `${create} CONCURRENTLY ${quote(name)}`);
}
