import { quoteName, type Session } from '../command/package-command.ts';
import { selectCodes } from './known-codes.ts';
import { PATIENT, type ExportedColumn, type ExportedTable } from './plan-export.ts';
import { RELEASED_WORDS } from './released-words.ts';

const PORTION = 1000;
/** Columns that say what a value is about. */
const TERMS = ['loinc_number', 'loinc_code', 'normalized_code', 'code'];
/** Before every alias. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * A row as it was read: columns by name; `id` is the row's own, `# alias` and `# person` besides, and
 * `# terms`, the codes of what it is about as they are stored, known or not.
 */
export type ReadRow = Readonly<Record<string, unknown>>;

/**
 * Yields the rows of a table in portions, in the order of their random ids: that of the table tells
 * when a row was made.
 */
export async function* readPortions(
  session: Session,
  tables: readonly ExportedTable[],
  table: ExportedTable,
): AsyncGenerator<ReadRow[]> {
  const source = tables.indexOf(table);
  const sourceOf = (model: string | null) => tables.findIndex((each) => each.model === model);
  const columns = table.columns
    .filter(({ isKey }) => !isKey)
    .map((column) => selectColumn(column, sourceOf(column.target)));
  let last = FIRST;
  for (;;) {
    const { rows } = await session.query<ReadRow>(
      `select own.alias::text as "# alias", t.id::text as id, person.root::text as "# person",
         ${selectTerms(table)} as "# terms", ${columns.join(',\n')}
       from (select id, alias from export_aliases where source = $1 and alias > $2::uuid
         order by alias limit ${PORTION}) as own
         join ${quoteName(table.table)} as t on t.id = own.id
         join export_people as person on person.id = t.${quoteName(table.patientColumn)}
       where $3::text[] is not null order by own.alias`,
      [source, last, RELEASED_WORDS],
    );
    const end = rows.at(-1);
    if (end === undefined) return;
    yield rows;
    last = String(end['# alias']);
  }
}

/** @param source of the ids of an id's column; -1 where they do not leave */
function selectColumn(exported: ExportedColumn, source: number): string {
  const { column, rule, field, target } = exported;
  const name = quoteName(column);
  switch (rule) {
    case 'id': {
      const id = target === PATIENT ? 'person.root' : `t.${name}`;
      return `(select alias::text from export_aliases
          where source = ${source} and id = ${id}) as ${name},
        (t.${name} is not null)::int as ${quoteName(`# ${column}`)}`;
    }
    case 'code':
      return selectCodes(exported);
    case 'date':
      return field.encrypted ? `t.${name}` : `${dateText(name, field.databaseType)} as ${name}`;
    case 'word':
      return field.list || field.type === 'Boolean' ? `t.${name}` : `t.${name}::text as ${name}`;
    case 'measure':
    case 'age':
      return `t.${name}::text as ${name}`;
    default:
      return `t.${name}`;
  }
}

function selectTerms({ present }: ExportedTable): string {
  const names = TERMS.filter((name) => present.has(name)).map((name) => `t.${name}`);
  return `array_remove(array[${names.join(', ')}]::text[], null)`;
}

function dateText(name: string, type: string): string {
  const form = type === 'date' ? 'YYYY-MM-DD' : 'YYYY-MM-DD"T"HH24:MI';
  const value = type === 'date' ? `t.${name}` : `t.${name} at time zone 'UTC'`;
  return `case when isfinite(t.${name}) then to_char(${value}, '${form}') end`;
}
