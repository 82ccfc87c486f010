import { manifestModels, type ManifestField, type ManifestModel } from '@holovitals/database';
import type { CommandContext } from '../command/package-command.ts';
import { columnUnclassified } from '../errors.ts';

/** A column that leaves, and how. */
export interface ExportedColumn {
  /** Its name in the export. */
  readonly name: string;
  readonly column: string;
  readonly rule: string;
  readonly field: ManifestField;
  /** It is the row's own id. */
  readonly isKey: boolean;
  /** Name of the model whose id it is; null where it is none. */
  readonly target: string | null;
}

/** A table that leaves. */
export interface ExportedTable {
  readonly model: string;
  readonly table: string;
  /** The column that names the patient. */
  readonly patientColumn: string;
  readonly columns: readonly ExportedColumn[];
  /** Names of the fields that do not leave. */
  readonly withheld: readonly string[];
  /** Names of the columns that are there. */
  readonly present: ReadonlySet<string>;
}

/** The model of the people. */
export const PATIENT = 'Patient';

/**
 * Plans an export from the schema: a table is in it where a field of it has a rule (`@export`), and a
 * field without one stays. The first table is that of the patients.
 *
 * @throws CodedError `COMPLIANCE.COLUMN_UNCLASSIFIED` where a table has a column that no field is for
 */
export async function planExport(
  context: Pick<CommandContext, 'session'>,
): Promise<ExportedTable[]> {
  const tables = [...manifestModels().values()]
    .filter(({ fields }) => fields.some(({ exportRule }) => exportRule !== undefined))
    .map(planTable)
    .sort((one, other) => rank(one) - rank(other) || (one.table < other.table ? -1 : 1));
  await refuseUnclassified(context, tables);
  return tables;
}

function rank({ model }: ExportedTable): number {
  return model === PATIENT ? 0 : 1;
}

function planTable(model: ManifestModel): ExportedTable {
  const isPerson = model.name === PATIENT;
  const columns = model.fields.flatMap((field) =>
    field.exportRule === undefined
      ? []
      : [
          {
            ...{ name: field.name.replace(/Ciphertext$/, ''), column: field.column, field },
            rule: field.exportRule,
            isKey: model.primaryKey.fields.includes(field.name),
            target: targetOf(model, field.column),
          },
        ],
  );
  return {
    ...{ model: model.name, table: model.table, columns },
    patientColumn: isPerson ? 'id' : 'patient_id',
    withheld: model.fields.flatMap(({ name, exportRule }) =>
      exportRule === undefined ? [name] : [],
    ),
    present: new Set(model.fields.map(({ column }) => column)),
  };
}

/** A row of a patient is named by its own id and the patient's: the key of two columns is the row's. */
function targetOf({ relations }: ManifestModel, column: string): string | null {
  const found = relations.filter(({ columns }) => columns.includes(column));
  return (found.find(({ columns }) => columns.length === 1) ?? found[0])?.model ?? null;
}

async function refuseUnclassified(
  { session }: Pick<CommandContext, 'session'>,
  tables: readonly ExportedTable[],
): Promise<void> {
  const { rows } = await session.query<{ table: string; column: string }>(
    `select relname as table, attname as column
     from unnest($1::text[]) as planned (relname)
       join pg_attribute on attrelid = to_regclass(format('public.%I', relname))
     where attnum > 0 and not attisdropped order by 1, 2`,
    [tables.map(({ table }) => table)],
  );
  const presentOf = new Map(tables.map(({ table, present }) => [table, present]));
  const unknown = rows.filter(({ table, column }) => presentOf.get(table)?.has(column) !== true);
  if (unknown.length > 0) {
    throw columnUnclassified(unknown.map(({ table, column }) => `${table}.${column}`));
  }
}
