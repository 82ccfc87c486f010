import type { Node } from '@pgsql/types';
import { treeOf } from '../statements/read-statements.ts';

const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a timeout as SET takes it; null where it is something else. */
export function readTimeout(value: Node | undefined): number | null {
  const constant = treeOf(value, 'A_Const');
  if (constant?.ival !== undefined) return constant.ival.ival ?? 0;
  const [, amount, unit = 'ms'] =
    /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(constant?.sval?.sval ?? '') ?? [];
  return amount === undefined ? null : Number(amount) * (UNITS[unit] ?? 1);
}
