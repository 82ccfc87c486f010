import type { SourcePlace } from '@holovitals/schema-composer';

/** What differs, in the order in which differences are told. */
const KINDS = [
  'migration',
  'extension',
  'enum',
  'table',
  'column',
  'primary-key',
  'foreign-key',
  'check',
  'exclude',
  'index',
  'partition',
  'row-security',
  'trigger',
  'policy',
  'object',
  'rights',
  'orphans',
  'check-of-package',
  'engine',
] as const;

/** A kind of {@link Difference}. */
export type DifferenceKind = (typeof KINDS)[number];

/** One difference between a database and the manifest. It holds names, never values of rows. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** What it is about: `items.price_cents`. */
  readonly name: string;
  /** What is so, and what should be. */
  readonly what: string;
  /** Where the manifest's side is written. */
  readonly source?: SourcePlace;
}

/** What is said of a thing that the manifest has and the database has not. */
export const MISSING = 'It is missing.';

/** Brings differences into one order, whatever order the server answered in. */
export function inOrder(differences: readonly Difference[]): Difference[] {
  const key = ({ kind, name, what }: Difference) =>
    [String(KINDS.indexOf(kind)).padStart(2, '0'), name, what].join('\0');
  return [...differences].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
