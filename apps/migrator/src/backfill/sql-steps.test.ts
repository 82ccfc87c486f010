import { describe, expect, it } from 'vitest';
import { checkCondition, readHead, readSteps } from './sql-steps.ts';

const table = {
  identity: 'public.t',
  key: [
    { name: 'a', type: 'integer' },
    { name: 'b', type: 'text' },
  ],
  remaining: null,
};
const bounds = { from: ['1', 'x'], to: ['2', 'y'] };

const why = (error: unknown) => (error as { why?: string }).why;

describe('readSteps', () => {
  it('puts the bounds where they mean something, as rows of the key', async () => {
    const steps = await readSteps(
      'f.sql',
      `-- :from
update t set c = ':to', "x:from" = $a$ :to $a$ /* :from /* :to */ */
where (a, b) between :from and :to;
select :to, 'é', :from
;`,
    );
    expect(steps.map((step) => step.query(table, bounds))).toEqual([
      {
        text: expect.stringMatching(
          /^update t set c = ':to', "x:from" = \$a\$ :to \$a\$\s+where \(a, b\) between \(\$1::integer, \$2::text\) and \(\$3::integer, \$4::text\)$/,
        ) as string,
        values: ['1', 'x', '2', 'y'],
      },
      {
        text: "select ($3::integer, $4::text), 'é', ($1::integer, $2::text)",
        values: ['1', 'x', '2', 'y'],
      },
    ]);
  });

  it.each([
    ['', 'holds no statement'],
    ['select :to', 'line 1 does not name `:from`'],
    ["select :to;\nselect ':from', :to", 'line 1 does not name `:from`'],
    ["select :from, :to;\nselect :from, ':to'", 'line 2 does not name `:to`'],
    ['select :from, :to; commit', 'none that works on rows'],
    ['truncate t', 'none that works on rows'],
    ['do $$ begin perform :from, :to; end $$', 'none that works on rows'],
    ['update t\nwhere :from :to', 'syntax error at line 2'],
  ])('refuses %j', async (text, reason) => {
    expect(why(await readSteps('f.sql', text).catch((error: unknown) => error))).toContain(reason);
  });
});

describe('readHead', () => {
  it('reads names as SQL does', () => {
    expect(
      readHead(
        'f.sql',
        '-- @table archive."Old ""Items"\r\n-- @key Id, "Der, Name" ,größe\r\n-- @remaining x is null \r\n',
      ),
    ).toEqual({
      table: 'archive."Old ""Items"',
      key: ['id', 'Der, Name', 'größe'],
      remaining: 'x is null',
    });
  });

  it.each([
    ['select 1', 'no line `-- @table'],
    ['-- @table a\n-- @table b', 'more than one line'],
    ['-- @table a\n-- @key b c', 'no list of columns'],
    ['-- @table a\n-- @key "b', 'no list of columns'],
  ])('refuses %j', (text, reason) => {
    let refused: unknown;
    try {
      readHead('f.sql', text);
    } catch (error) {
      refused = error;
    }
    expect(why(refused)).toContain(reason);
  });
});

describe('checkCondition', () => {
  it('takes one condition', async () => {
    await checkCondition('f.sql', "a is null or (b = ')' and c > 1) -- so");
  });

  it.each(['true) or (true', 'a); drop table t; select (1', 'a, b', '', 'a) from t where (b'])(
    'refuses %j',
    async (condition) => {
      await expect(checkCondition('f.sql', condition)).rejects.toMatchObject({
        code: 'MIGRATOR.BACKFILL_INVALID',
      });
    },
  );
});
