import { describe, expect, it } from 'vitest';
import { meansTheSame } from './same-meaning.ts';

const check = (left: string, right: string) =>
  meansTheSame({ kind: 'constraint', left: `CHECK (${left})`, right: `CHECK (${right})` });

describe('meansTheSame', () => {
  it('sees through the nesting of conditions of one kind', async () => {
    expect(await check('((a > 0) AND (b > 0)) AND (c > 0)', 'a > 0 AND (b > 0 AND c > 0)')).toBe(
      true,
    );
    expect(await check('NOT ((a OR b) OR c)', 'NOT (a OR b OR c)')).toBe(true);
    const index = (where: string) => `CREATE INDEX i ON public.t USING btree (x) WHERE ${where}`;
    expect(
      await meansTheSame({
        ...{ kind: 'index', left: index('(a AND b) AND c') },
        right: `${index('a AND (b AND c)')} attached to public.i`,
      }),
    ).toBe(true);
  });

  it('and through nothing else', async () => {
    expect(await check('(a AND b) OR c', 'a AND (b OR c)')).toBe(false);
    expect(await check('a AND b', 'b AND a')).toBe(false);
    expect(await check(`a = '(b AND c)'`, `a = 'b AND c'`)).toBe(false);
    expect(await check('a', 'NOT VALID')).toBe(false);
    expect(await check('(a', '(a')).toBe(false);
    expect(await meansTheSame({ kind: 'constraint', left: null, right: 'CHECK (a)' })).toBe(false);
    expect(await meansTheSame({ kind: 'policy', left: 'a', right: 'a' })).toBe(false);
  });
});
