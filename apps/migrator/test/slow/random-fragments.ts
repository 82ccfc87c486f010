import fc from 'fast-check';

/** Names in the database, most of which must be quoted, and with which a script could be broken. */
const TABLES = [
  ...['things', 'Odd näme', 'select', "it's; drop", 'a.b'],
  `$$ /* "; drop -- "things`.padEnd(40, 'x'),
] as const;
const COLUMNS = [
  ...['plain', 'Order', "q'uo", 'w i d e; --', '%s c$ $$', 'a"b""c', '/* e */', 'ä'.repeat(31)],
] as const;
const MOODS = ['M0', "it's", 'say "so"', '-- M3; $$'] as const;
const MOOD = `mood's "name"`;

const TYPES = [
  ...['Int', 'BigInt', 'String', 'Boolean', 'Float', 'Json', 'Bytes', 'Decimal @db.Decimal(10, 2)'],
  ...[
    'DateTime @db.Timestamptz(3)',
    'DateTime @db.Date',
    'String @db.Uuid',
    'String @db.VarChar(40)',
  ],
  ...['Mood', 'String[]'],
] as const;
const DEFAULTS: Readonly<Record<string, string>> = {
  ...{ Int: '7', BigInt: '7', Float: '0.5', Boolean: 'true', String: '"it\'s"', Mood: 'M0' },
};
const UNIQUE = new Set(['Int', 'BigInt', 'String', 'String @db.Uuid']);

interface Column {
  readonly type: (typeof TYPES)[number];
  readonly required: 'always' | 'with a default';
  readonly hasDefault: boolean;
  readonly key: 'none' | 'unique' | 'index' | 'check';
}

interface Model {
  readonly columns: readonly (Column | null)[];
  /** The place of the model that it refers to. */
  readonly refersTo: number | null;
}

/** Mostly of one type, so that much is kept from schema to schema; seldom required where rows are. */
const columnAt = (place: number): fc.Arbitrary<Column> => {
  const [usual, other] = [TYPES[place % TYPES.length], TYPES[(place + 5) % TYPES.length]];
  return fc.record({
    type: fc.constantFrom(usual, usual, usual, other).map((type) => type ?? 'Int'),
    required: fc.nat(49).map((chance) => (chance === 0 ? 'always' : 'with a default')),
    hasDefault: fc.boolean(),
    key: fc.constantFrom('none', 'none', 'unique', 'index', 'check'),
  });
};

const modelAt = (place: number): fc.Arbitrary<Model> =>
  fc.record({
    columns: fc.tuple(...COLUMNS.map((_, it) => fc.option(columnAt(place * 3 + it), { freq: 2 }))),
    refersTo: fc.option(fc.nat(TABLES.length - 1), { freq: 2 }),
  });

/**
 * Fragments of a schema in which tables, columns, enums, their values, keys, indexes and checks come
 * and go.
 */
export const randomFragments: fc.Arbitrary<string> = fc
  .record({
    models: fc.tuple(
      modelAt(0),
      ...TABLES.slice(1).map((_, it) => fc.option(modelAt(it + 1), { freq: 3 })),
    ),
    // Seldom fewer, so that rows seldom hold a value that goes.
    moods: fc.constantFrom(4, 4, 4, 3, 2),
  })
  .map(({ models, moods }) => {
    const values = MOODS.slice(0, moods)
      .map((value, place) => `  M${place} @map(${JSON.stringify(value)})`)
      .join('\n');
    const texts = models.map((it, place) => (it === null ? '' : writeModel(it, place, models)));
    const isUsed = texts.some((text) => /\bMood\b/.test(text));
    return [
      ...texts,
      ...(isUsed
        ? [`/// How it is.\nenum Mood {\n${values}\n\n  @@map(${JSON.stringify(MOOD)})\n}\n`]
        : []),
    ].join('\n');
  });

function writeModel(
  { columns, refersTo }: Model,
  place: number,
  models: readonly (Model | null)[],
): string {
  const lines: string[] = [];
  const checks: string[] = [];
  columns.forEach((it, number) => {
    if (it === null) return;
    const { line, end, check } = writeColumn(it, place, number);
    lines.push(line);
    if (end !== null) lines.push(end);
    if (check !== null) checks.push(`/// @check ck_${place}_${number}: ${check}`);
  });
  const parent = refersTo === null || models[refersTo] === null ? null : refersTo;
  if (parent !== null) {
    lines.push(
      `  parentId Int? @map("parent id")`,
      `  parent M${parent}? @relation("r${place}", fields: [parentId], references: [id], onDelete: Restrict, onUpdate: NoAction)`,
      `  @@index([parentId], map: "by parent ${place}")`,
    );
  }
  models.forEach((other, number) => {
    if (other?.refersTo === place) lines.push(`  m${number} M${number}[] @relation("r${number}")`);
  });
  return [
    ...['/// Something.', '/// @open', ...checks, `model M${place} {`, '  id Int @id'],
    ...[...lines, `  @@map(${JSON.stringify(TABLES[place])})`, '}', ''],
  ].join('\n');
}

function writeColumn({ type, required, hasDefault, key }: Column, place: number, number: number) {
  const [base = '', ...native] = type.split(' ');
  const fallback = hasDefault ? DEFAULTS[type] : undefined;
  const isRequired = base.endsWith('[]') || required === 'always' || fallback !== undefined;
  const name = COLUMNS[number] ?? '';
  const map = `map: ${JSON.stringify(`k'"${place}.${number}`)}`;
  return {
    line: [
      ...[`  c${number}`, isRequired ? base : `${base}?`, `@map(${JSON.stringify(name)})`],
      ...native,
      ...(fallback === undefined ? [] : [`@default(${fallback})`]),
      ...(key === 'unique' && UNIQUE.has(type) ? [`@unique(${map})`] : []),
    ].join(' '),
    end: key === 'index' && UNIQUE.has(type) ? `  @@index([c${number}], ${map})` : null,
    check:
      key === 'check' && type === 'Int' ? `"${name.replaceAll('"', '""')}" > -${number + 1}` : null,
  };
}
