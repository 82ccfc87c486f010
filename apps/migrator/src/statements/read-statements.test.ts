import { describe, expect, it } from 'vitest';
import { readStatements, treeOf } from './read-statements.ts';

describe('readStatements', () => {
  it('tells place, text and comments where characters take several bytes', async () => {
    const script = [
      '-- é first',
      "select '😀; --no' /* in /* side */ */;",
      '  -- lint-ignore',
      '\tcreate index concurrently "i--x" on t (x)',
      '  where y ; -- tail',
    ].join('\r\n');
    expect(await readStatements(script)).toMatchObject([
      {
        kind: 'SelectStmt',
        text: "select '😀; --no' /* in /* side */ */",
        ...{ line: 2, column: 1 },
        comments: [
          { text: '-- é first', line: 1 },
          { text: '/* in /* side */ */', line: 2 },
        ],
      },
      {
        kind: 'IndexStmt',
        text: 'create index concurrently "i--x" on t (x)\r\n  where y',
        ...{ line: 4, column: 2 },
        comments: [{ text: '-- lint-ignore', line: 3 }],
      },
    ]);
  });

  it('gives the tree of a kind', async () => {
    const [statement] = await readStatements('create index concurrently on t (x)');
    expect(treeOf(statement?.node, 'IndexStmt')?.concurrent).toBe(true);
    expect(treeOf(statement?.node, 'SelectStmt')).toBeUndefined();
  });

  it('finds no comment in quotes, dollar quotes and names', async () => {
    const script = `select $a$ -- $$ /* $a$, E'\\'--', U&"--", a$b$--c\n, '\u0001', 1`;
    const [statement] = await readStatements(script);
    expect(statement?.comments).toEqual([{ text: '--c', line: 1 }]);
  });

  it('reads scripts without a statement as none', async () => {
    for (const script of ['', ' \n', '-- nothing', ';;']) {
      expect(await readStatements(script)).toEqual([]);
    }
  });

  it('names the place of a syntax error and nothing of the text', async () => {
    const fault = await readStatements("select 1;\nselect 'é😀' frm secret x").catch(
      (error: unknown) => error,
    );
    expect(fault).toMatchObject({
      code: 'MIGRATOR.SCRIPT_UNPARSABLE',
      details: { line: 2, column: 17 },
    });
    expect(JSON.stringify(fault)).not.toContain('secret');
  });
});
