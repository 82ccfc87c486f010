/** Arguments of a Prisma query, or a part of them. */
export type Args = Record<string, unknown>;

/** True for plain objects: not for null, arrays, dates, decimals or bytes. */
export function isRecord(value: unknown): value is Args {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Prisma takes one or many wherever it takes many. */
export function asList(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

/** One or many, each mapped. */
export function mapEach(value: unknown, map: (one: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map(map) : map(value);
}

/** An object with each value mapped. */
export function mapEntries(record: Args, map: (key: string, value: unknown) => unknown): Args {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(key, value)]));
}
