/** How the values of a newer PostgreSQL type lie to those of an older one. */
export type TypeChange = 'same' | 'wider' | 'narrower' | 'other';

interface ParsedType {
  readonly base: string;
  readonly parameters: readonly number[];
  readonly list: boolean;
}

/** Ladders on which each type holds every value of those before it, and prints it the same. */
const LADDERS: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric'],
  ['smallint', 'integer', 'double precision'],
  ['real', 'double precision'],
  ['char', 'varchar', 'text'],
  ['uuid', 'text'],
  ['inet', 'text'],
];

/** What a missing parameter means: no bound, or PostgreSQL's default. */
const IMPLIED: Readonly<Record<string, readonly number[]>> = {
  char: [1],
  bit: [1],
  time: [6],
  timetz: [6],
  timestamp: [6],
  timestamptz: [6],
};

/**
 * Compares two types as the manifest names them, such as `varchar(80)` and `text`.
 *
 * @example compareDatabaseTypes('varchar(80)', 'text') // 'wider'
 */
export function compareDatabaseTypes(before: string, after: string): TypeChange {
  const [older, newer] = [parse(before), parse(after)];
  if (older.list !== newer.list) return 'other';
  if (older.base === newer.base) {
    const up = holdsParameters(older, newer);
    const down = holdsParameters(newer, older);
    if (up && down) return 'same';
    return up ? 'wider' : down ? 'narrower' : 'other';
  }
  if (isBelow(older, newer)) return 'wider';
  return isBelow(newer, older) ? 'narrower' : 'other';
}

function parse(type: string): ParsedType {
  const list = type.endsWith('[]');
  const match = /^([^()]*)(?:\(([\d,]+)\))?$/.exec(list ? type.slice(0, -2) : type);
  const base = (match?.[1] ?? type).trim();
  const written = match?.[2]?.split(',').map(Number);
  return { base, parameters: written ?? IMPLIED[base] ?? [], list };
}

/** Tells whether `newer` takes every value of `older`; both are of one base. */
function holdsParameters(older: ParsedType, newer: ParsedType): boolean {
  if (newer.parameters.length === 0) return true;
  if (older.parameters.length === 0) return false;
  if (newer.base === 'bit' || newer.base === 'char') {
    // Fixed lengths: another one pads or refuses.
    return older.parameters[0] === newer.parameters[0];
  }
  const [olderFirst = 0, olderScale = 0] = older.parameters;
  const [newerFirst = 0, newerScale = 0] = newer.parameters;
  if (newer.base !== 'numeric') return newerFirst >= olderFirst;
  return newerScale >= olderScale && newerFirst - newerScale >= olderFirst - olderScale;
}

function isBelow(lower: ParsedType, upper: ParsedType): boolean {
  const ladder = LADDERS.find(
    (types) => types.includes(lower.base) && types.indexOf(upper.base) > types.indexOf(lower.base),
  );
  return ladder !== undefined && hasRoom(lower, upper);
}

/** A bounded upper type must reach as far as the lower one. */
function hasRoom(lower: ParsedType, upper: ParsedType): boolean {
  const [first, scale = 0] = upper.parameters;
  if (first === undefined) return true;
  if (upper.base === 'varchar') return first >= (lower.parameters[0] ?? Infinity);
  const digits = { smallint: 5, integer: 10, bigint: 19 }[lower.base];
  return digits !== undefined && first - scale >= digits;
}
