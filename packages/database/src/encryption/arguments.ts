import { Prisma } from '../generated/client/client.ts';

/** Arguments of a Prisma query, or a part of them. */
export type Args = Record<string, unknown>;

/**
 * True for what Prisma reads as an object of fields, whatever made it: a class instance or an object
 * without a prototype must not pass by unencrypted. Not for arrays, and not for single values.
 */
export function isRecord(value: unknown): value is Args {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !ArrayBuffer.isView(value) &&
    !Prisma.Decimal.isDecimal(value)
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
