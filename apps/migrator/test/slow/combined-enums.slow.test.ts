/** @module-tag slow */
import { afterEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../shop-workspace.ts';

const FRAGMENT = 'packages/catalog/prisma/moods.prisma';

interface Form {
  readonly values?: readonly string[];
  readonly fields?: string;
  readonly annotations?: string;
  readonly name?: string;
  readonly more?: string;
}

const schema = ({ values = ['A', 'B', 'C'], fields, annotations, name, more }: Form) =>
  `/// How it is.
enum Mood {
${values.map((value) => `  ${value}`).join('\n')}

  @@map("${name ?? `mood's`}")
}

/// Who has moods.
/// @open
${annotations ?? ''}model Person {
  id   Int  @id
  mood Mood @default(A)
${fields ?? ''}
  @@map("people")
}

${more ?? ''}`;

const less = ['A', 'B'];
const child = `/// Has one too.
/// @open
model Child {
  id     Int    @id
  number Int
  mood   Mood
  person Person @relation(fields: [number, mood], references: [number, mood], onDelete: Restrict, onUpdate: NoAction)

  @@index([number, mood])
  @@map("children")
}
`;
const alone = '/// Z.\n/// @open\nmodel Zoo {\n  id   Int  @id\n  mood Mood @default(B)\n}\n';
const referred = '  number Int\n  children Child[]\n  @@unique([number, mood])\n';
const long = 'e'.repeat(62);

/** Before and after. */
const CHANGES: Readonly<Record<string, readonly [Form, Form]>> = {
  'a column comes': [{}, { values: less, fields: '  next Mood @default(B)\n  all Mood[]' }],
  'columns go': [{ fields: '  next Mood?\n  all Mood[]' }, { values: less }],
  'a column goes whose default goes': [{ fields: '  next Mood @default(C)' }, { values: less }],
  'a column becomes a text': [
    { fields: '  next Mood?' },
    { values: less, fields: '  next String?' },
  ],
  'a text becomes such a column': [
    { fields: '  next String?' },
    { values: less, fields: '  next Mood?' },
  ],
  'a default changes': [
    { fields: '  next Mood @default(C)' },
    { values: less, fields: '  next Mood @default(B)' },
  ],
  'a check reads it': [
    { annotations: `/// @check ok: mood <> 'B'\n` },
    { annotations: `/// @check ok: mood <> 'B'\n`, values: less },
  ],
  'an index reads it': [
    { annotations: `/// @sqlIndex ix: USING btree (id) WHERE mood = 'A'\n` },
    { annotations: `/// @sqlIndex ix: USING btree (id) WHERE mood = 'A'\n`, values: less },
  ],
  'a computed column reads it': [
    { fields: `  /// @generated mood = 'A'\n  isA Boolean? @default(dbgenerated())` },
    { fields: `  /// @generated mood = 'A'\n  isA Boolean? @default(dbgenerated())`, values: less },
  ],
  'a foreign key has it': [
    { fields: referred, more: child },
    { fields: referred, more: child, values: less },
  ],
  'tables come': [{}, { values: less, more: alone }],
  'tables go': [{ more: alone }, { values: less }],
  'its name leaves no room': [{ name: long }, { name: long, values: less }],
  'a value comes too, and is used': [
    {},
    { values: ['A', `D @map("it's")`], fields: '  next Mood @default(D)' },
  ],
  'only a value comes, and is used': [
    {},
    {
      values: ['A', 'B', 'C', `D @map("it's")`],
      fields: '  next Mood @default(D)',
      annotations: `/// @check ok: mood <> 'it''s'\n`,
    },
  ],
};

let shop: Shop;

afterEach(() => shop.remove());

async function dev(...args: string[]) {
  return await shop.migrator('dev', '--no-rename', '--accept-data-loss', '--json', ...args);
}

describe('an enum whose values change while', () => {
  it.each(Object.entries(CHANGES))('%s', async (_, [before, after]) => {
    shop = await openShop();
    shop.write(FRAGMENT, schema(before));
    expect(await dev('--name', 'first')).toMatchObject({ code: 0 });
    shop.write(FRAGMENT, schema(after));
    const changed = await dev('--name', 'second');
    expect(changed, changed.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(changed.stdout)).toMatchObject({ migration: { irreversible: null } });
    const verified = await shop.migrator('verify');
    expect(verified, verified.stdout).toMatchObject({ code: 0 });
  });

  it('a column becomes a list is refused in words, and nothing is written', async () => {
    shop = await openShop();
    shop.write(FRAGMENT, schema({ fields: '  next Mood?' }));
    await dev('--name', 'first');
    shop.write(FRAGMENT, schema({ values: less, fields: '  next Mood[]' }));
    const refused = await dev('--name', 'second');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('MIGRATOR.CHANGE_REFUSED');
    expect(await shop.migrator('lint')).toMatchObject({ code: 0 });
  });
});
