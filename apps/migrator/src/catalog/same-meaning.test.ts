import { describe, expect, it } from 'vitest';
import { inWordsOf, meansTheSame } from './same-meaning.ts';

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

  it('sees through it in policies and triggers, whose other parts count', async () => {
    const policy = (role: string, using: string) => `r t {${role}} using ${using} check `;
    const ofPolicy = (left: string, right: string) => meansTheSame({ kind: 'policy', left, right });
    const [nested, flat] = ['((a AND b) AND c)', '(a AND b AND c)'];
    expect(await ofPolicy(policy('x', nested), policy('x', flat))).toBe(true);
    expect(await ofPolicy(policy('x', nested), policy("y'", flat))).toBe(false);
    expect(await ofPolicy(policy('x', nested), `r t {x} using  check ${flat}`)).toBe(false);
    const trigger = (when: string, enabled: string) =>
      `CREATE TRIGGER t BEFORE UPDATE ON public.a FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION f()${enabled}`;
    const ofTrigger = (left: string, right: string) =>
      meansTheSame({ kind: 'trigger', left, right });
    expect(await ofTrigger(trigger(nested, 'O'), trigger(flat, 'O'))).toBe(true);
    expect(await ofTrigger(trigger(nested, 'O'), trigger(flat, 'D'))).toBe(false);
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

it('puts a catalog in the words of another where both say the same, and leaves the rest', async () => {
  const catalogOf = (definitions: Record<string, string>) =>
    new Map(
      Object.entries(definitions).map(([identity, definition]) => [
        identity,
        {
          ...{ kind: 'constraint', identity, definition },
          ...{ schema: null, relation: null, table: null, ofPartition: false },
        },
      ]),
    );
  const wanted = catalogOf({ same: 'CHECK ((a AND b) AND c)', other: 'CHECK (a)', gone: 'x' });
  const found = catalogOf({ same: 'CHECK (a AND b AND c)', other: 'CHECK (b)', more: 'CHECK (c)' });
  const made = await inWordsOf(wanted, found);
  expect([...made.values()].map(({ definition }) => definition)).toEqual([
    'CHECK ((a AND b) AND c)',
    'CHECK (b)',
    'CHECK (c)',
  ]);
});
