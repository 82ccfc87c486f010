import { expect, it } from 'vitest';
import { alignConstraints } from './align-constraints.ts';
import type { TableDescription } from './describe-tables.ts';

const withCheck = (definition: string) =>
  ({ constraints: [{ name: 'c', definition }] }) as unknown as TableDescription;

it('takes the words that are expected where conditions are only nested otherwise', async () => {
  const wanted = withCheck('CHECK (((a AND b) AND c))');
  expect(await alignConstraints(wanted, withCheck('CHECK ((a AND b AND c))'))).toEqual(wanted);
  const other = withCheck('CHECK ((a AND b AND d))');
  expect(await alignConstraints(wanted, other)).toEqual(other);
  expect(await alignConstraints(undefined, other)).toBe(other);
});
