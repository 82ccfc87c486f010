import { wordsFor } from '../catalog/same-meaning.ts';
import type { TableDescription } from './describe-tables.ts';

/**
 * Gives constraints of a table the words of those expected, where they only nest conditions otherwise:
 * the server does so with a text of its own, such as a restored backup's.
 */
export async function alignConstraints(
  expected: TableDescription | undefined,
  actual: TableDescription | undefined,
): Promise<TableDescription | undefined> {
  if (expected === undefined || actual === undefined) return actual;
  const wanted = new Map(expected.constraints.map((it) => [it.name, it.definition]));
  const constraints = await Promise.all(
    actual.constraints.map(async (it) => ({
      ...it,
      definition: await wordsFor('constraint', wanted.get(it.name), it.definition),
    })),
  );
  return { ...actual, constraints };
}
