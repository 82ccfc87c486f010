import type { CatalogEntry, DatabaseCatalog } from '../catalog/read-catalog.ts';
import { OBJECT_WRITERS } from './object-statements.ts';
import { TABLE_WRITERS } from './table-statements.ts';

/** SQL that leads from one catalog to another, and what it leaves to a person. */
export interface Way {
  readonly statements: readonly string[];
  /** Identities for which no statement is known. */
  readonly byHand: readonly string[];
}

/** What is made first; what is dropped goes in the opposite order. */
const ORDER = [
  ...[
    'schema',
    'extension',
    'enum',
    'domain',
    'sequence',
    'table',
    'column',
    'constraint',
    'foreign key',
  ],
  ...['index', 'statistics', 'rule', 'row security', 'function', 'procedure', 'view'],
  ...['materialized view', 'trigger', 'policy', 'owner', 'rights', 'comment'],
];

const WRITERS = { ...TABLE_WRITERS, ...OBJECT_WRITERS };

/** Writes the statements that make of `from` what `to` is. Whoever uses them proves them by running them. */
export function statementsBetween(from: DatabaseCatalog, to: DatabaseCatalog): Way {
  const byHand: string[] = [];
  const parts: { readonly step: number; readonly sql: string }[] = [];
  const identities = [...new Set([...from.keys(), ...to.keys()])].sort();
  for (const identity of identities) {
    const [old = null, wanted = null] = [from.get(identity), to.get(identity)];
    const entry = wanted ?? old;
    if (entry === null || old?.definition === wanted?.definition) continue;
    const statements = WRITERS[entry.kind]?.({ old, wanted, entry }, { from, to }) ?? null;
    if (statements === null) byHand.push(identity);
    const step = wanted === null ? -stepOf(entry) : stepOf(entry);
    for (const sql of statements ?? []) parts.push({ step, sql: `${sql};` });
  }
  parts.sort((a, b) => a.step - b.step);
  return { statements: parts.map(({ sql }) => sql), byHand };
}

/** A foreign key needs the key that it refers to. */
function stepOf({ kind, definition }: CatalogEntry): number {
  const isForeignKey = kind === 'constraint' && definition.startsWith('FOREIGN KEY');
  return 1 + ORDER.indexOf(isForeignKey ? 'foreign key' : kind);
}
