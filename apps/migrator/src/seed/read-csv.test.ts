import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readCsv } from './read-csv.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'csv-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function read(text: string | Buffer) {
  const file = path.join(folder, 'rows.csv');
  writeFileSync(file, text);
  const records = [];
  for await (const record of readCsv(file)) records.push(record);
  return records;
}

describe('readCsv', () => {
  it('reads quotes, line breaks in fields, and both line endings', async () => {
    expect(await read('\uFEFFa,b\r\n"x, ""y""","1\n2"\r\n\r\n,""')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['x, "y"', '1\n2'] },
      { line: 5, fields: [null, ''] },
    ]);
  });

  it.each([
    ['a\n"open', 2, 'a quote is not closed.'],
    ['a\n\nx"y', 3, 'a quote stands inside a field.'],
    ['a\n"x"y', 2, 'text follows a closed quote.'],
    ['a\rb', 1, 'a carriage return ends no line.'],
    [Buffer.from([0x61, 0x0a, 0xff, 0x0a]), 1, 'the file is not UTF-8.'],
    [Buffer.from([0x61, 0x0a, 0xc3]), 2, 'the file is not UTF-8.'],
  ])('tells the line of a fault: %j', async (text, line, message) => {
    await expect(read(text)).rejects.toMatchObject({ line, message });
  });

  it('reads back whatever was written', async () => {
    const cell = fc.option(fc.string({ unit: 'grapheme' }), { nil: null });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1 });
    const write = (value: string | null) =>
      value === null ? '' : `"${value.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), async (table, end) => {
        const text = table.map((row) => row.map(write).join(',')).join(end);
        expect((await read(text)).map(({ fields }) => fields)).toEqual(table);
      }),
    );
  });
});
