import { randomUUID } from 'node:crypto';
import { manifestModels, type Database, type ManifestModel } from '@holovitals/database';

/** A value that was put somewhere, and must not be found elsewhere. */
export interface Canary {
  readonly table: string;
  readonly column: string;
  readonly value: string;
  /** A limited data set may hold it: dates, town, ZIP code. */
  readonly isLimitedData: boolean;
}

/** The canaries of a database, and the columns that took none. */
export interface Canaries {
  readonly found: readonly Canary[];
  /** `table.column` that is not of a few words, but admits nothing that is unmistakable. */
  readonly closed: readonly string[];
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly target: string | null;
  readonly words: readonly string[] | null;
}

/** One day for all: what is moved from it is another day. */
const CANARY_DAY = '1987-03-14';
const CANARY_TIME = `${CANARY_DAY}T15:09:26.535Z`;
const GOOD_WORDS = ['completed', 'final', 'finished', 'active', 'STATEMENT'];

/** What a table, or a column, needs beside it. */
const BESIDE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  secure_files: { wrapped_data_key: '\\x00' },
  patient_allergies: { clinical_status: 'active' },
  code: { code_system: 'urn:oid:1.2.3' },
  code_system: { code: 'x1' },
  normalized_code: { normalized_system: 'LOINC' },
  deceased_at: { is_deceased: true },
  abatement_at: { clinical_status: 'resolved' },
  dose_unit: { dose_value: 1 },
  target_value: { target_measure: '8480-6' },
  std_value: { std_unit: 'mg' },
};

/**
 * Adds rows that hold a canary in every column of the tables that are exported, as the catalog tells
 * of them: for each column a row of its own, so that no rule between columns is in the way.
 */
export async function addCanaryRows(db: Database): Promise<Canaries> {
  const found: Canary[] = [];
  const closed: string[] = [];
  const ids = new Map<string, string>();
  const organization = await db.organization.create({
    data: { name: 'Zq0wombat clinic', kind: 'PROVIDER' },
  });
  ids.set('organizations', organization.id);
  await db.$codec.ready();
  const key = await db.encryptionKey.findFirstOrThrow({ select: { id: true } });
  ids.set('encryption_keys', key.id);
  const models = [...manifestModels().values()]
    .filter(({ fields }) => fields.some(({ exportRule }) => exportRule !== undefined))
    .sort((one, other) => Number(other.name === 'Patient') - Number(one.name === 'Patient'));
  const keep = (table: string, column: string, value: string, isLimitedData = false) =>
    found.push({ table, column, value, isLimitedData });
  keep('organizations', 'id', organization.id);
  keep('organizations', 'name', organization.name);
  for (const model of models) {
    const columns = await readColumns(db, model.table);
    if (columns.some(({ target, isRequired }) => target === 'secure_files' && isRequired)) {
      ids.set('secure_files', await addRow(db, 'secure_files', ids, {}));
    }
    const base = await addRow(db, model.table, ids, {});
    if (!ids.has(model.table)) ids.set(model.table, base);
    keep(model.table, 'id', base);
    for (const column of columns) {
      const field = model.fields.find((each) => each.column === column.name);
      if (column.name === 'id' || column.target !== null || field === undefined) continue;
      if (field.encrypted) {
        const value = sealedCanary(model, field.name, found.length);
        await sealCanary(db, model, ids, field.name, value.stored);
        for (const part of value.hunted) keep(model.table, column.name, part);
        for (const part of value.limited) keep(model.table, column.name, part, true);
        continue;
      }
      const taken = await tryCanaries(db, model.table, ids, column, found.length);
      if (taken === null) {
        if (isOpen(column)) closed.push(`${model.table}.${column.name}`);
      } else {
        keep(model.table, 'id', taken.id);
        keep(model.table, column.name, taken.value, /date|time/.test(column.type));
      }
    }
  }
  return { found, closed };
}

async function tryCanaries(
  db: Database,
  table: string,
  ids: ReadonlyMap<string, string>,
  column: Column,
  at: number,
): Promise<{ id: string; value: string } | null> {
  for (const { stored, value } of candidates(column, at)) {
    try {
      return { id: await addRow(db, table, ids, { [column.name]: stored }), value };
    } catch {
      // The next one may fit.
    }
  }
  return null;
}

/** The type admits more than a few words. */
function isOpen({ type, words }: Column): boolean {
  return words === null && type !== 'boolean' && type !== 'uuid';
}

function candidates(column: Column, at: number): { stored: unknown; value: string }[] {
  const word = `Zq${at}wombat`;
  if (!isOpen(column)) return [];
  const { type } = column;
  if (type === 'jsonb') return [{ stored: [{ note: word }], value: word }];
  if (type === 'date') return [{ stored: CANARY_DAY, value: CANARY_DAY }];
  if (type.startsWith('timestamp')) return [{ stored: CANARY_TIME, value: CANARY_DAY }];
  const number = String(731_900_000 + at);
  if (/^(integer|bigint)/.test(type)) return [{ stored: number, value: number }];
  if (/^numeric/.test(type)) {
    return [`${number}.25`, `0.${number}`].map((value) => ({ stored: value, value: number }));
  }
  const texts = [word, `urn:zq:${at}wombat`, `${7_000_000 + at}-9`, `zq-wombat${at % 10}`];
  return texts.map((value) => ({ stored: type.endsWith('[]') ? [value] : value, value }));
}

interface SealedCanary {
  readonly stored: string;
  readonly hunted: readonly string[];
  readonly limited: readonly string[];
}

function sealedCanary({ name }: ManifestModel, field: string, at: number): SealedCanary {
  const word = `Zq${at}wombat`;
  if (name === 'Patient' && field === 'birthDate') {
    return { stored: CANARY_DAY, hunted: [], limited: [CANARY_DAY] };
  }
  if (name === 'Patient' && field === 'addressCiphertext') {
    const address = {
      ...{ line: [`${word} road`], city: 'Wombatville', state: 'VT', postalCode: '03601-4711' },
    };
    return {
      stored: JSON.stringify([address]),
      hunted: [`${word} road`],
      limited: ['Wombatville', '03601-4711', '03601'],
    };
  }
  return { stored: word, hunted: [word], limited: [] };
}

async function sealCanary(
  db: Database,
  model: ManifestModel,
  ids: ReadonlyMap<string, string>,
  field: string,
  value: string,
): Promise<void> {
  const id = await addRow(db, model.table, ids, {});
  const delegate = model.name.charAt(0).toLowerCase() + model.name.slice(1);
  const table = (db as unknown as Record<string, { update(args: object): Promise<unknown> }>)[
    delegate
  ];
  // Rows of the record are not changed, but by their owner.
  await db.$executeRawUnsafe(`alter table ${model.table} disable trigger user`);
  await table?.update({ where: { id }, data: { [field]: value }, select: { id: true } });
  await db.$executeRawUnsafe(`alter table ${model.table} enable trigger user`);
}

/** Adds a row with what is required, and these columns; answers its id. */
async function addRow(
  db: Database,
  table: string,
  ids: ReadonlyMap<string, string>,
  given: Readonly<Record<string, unknown>>,
): Promise<string> {
  const columns = await readColumns(db, table);
  const id = randomUUID();
  const row: Record<string, unknown> = { id };
  if ('status_reason_code' in given && table === 'patient_immunizations')
    row['status'] = 'not-done';
  for (const { name, type, isRequired, target, words } of columns) {
    const other = target === null ? undefined : ids.get(target);
    if (name === 'patient_id') row[name] = ids.get('patients');
    else if (!isRequired || name === 'id') continue;
    else if (target !== null) row[name] = other;
    else row[name] ??= requiredValue(name, type, words);
  }
  Object.assign(row, given);
  for (const name of [table, ...Object.keys(given)]) {
    for (const [other, value] of Object.entries(BESIDE[name] ?? {}))
      if (columns.some((column) => column.name === other)) row[other] ??= value;
  }
  const names = Object.keys(row).map((name) => `"${name}"`);
  await db.$executeRawUnsafe(
    `insert into ${table} (${names.join(', ')}) select ${names.join(', ')}
     from jsonb_populate_record(null::${table}, $1::jsonb)`,
    JSON.stringify(row),
  );
  return id;
}

function requiredValue(name: string, type: string, words: readonly string[] | null): unknown {
  if (words !== null) return GOOD_WORDS.find((word) => words.includes(word)) ?? words[0];
  if (type.startsWith('timestamp')) return CANARY_TIME;
  if (name === 'code_system') return 'http://loinc.org';
  if (name === 'loinc_code') return '8480-6';
  if (name === 'mime_type') return 'text/plain';
  if (name === 'storage_uri') return `file:///${randomUUID()}`;
  if (type === 'bytea') return `\\x${'00'.repeat(name === 'nonce' ? 12 : 32)}`;
  if (/integer|bigint|numeric/.test(type)) return 1;
  return 'x1';
}

const read = new Map<string, Column[]>();

/** The columns of a table, without those that the database makes; words of an enum or of a check. */
async function readColumns(db: Database, table: string): Promise<Column[]> {
  const known = read.get(table);
  if (known !== undefined) return known;
  const columns = await db.$queryRawUnsafe<Column[]>(
    `select attname::text as name, format_type(atttypid, atttypmod) as type,
       attnotnull and not atthasdef as "isRequired",
       (select confrelid::regclass::text from pg_constraint
        where conrelid = attrelid and contype = 'f' and attnum = any (conkey)
        order by cardinality(conkey) desc limit 1) as target,
       coalesce(
         (select array_agg(enumlabel::text order by enumsortorder) from pg_enum where enumtypid = atttypid),
         (select array_agg(word[1]) from pg_constraint,
            regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''::text', 'g') as word
          where conrelid = attrelid and contype = 'c' and conkey = array[attnum]
            and pg_get_constraintdef(oid) ~ 'ARRAY\\[')) as words
     from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
       and attgenerated = '' order by attnum`,
    table,
  );
  read.set(table, columns);
  return columns;
}
