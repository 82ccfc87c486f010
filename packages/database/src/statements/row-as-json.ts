import { InternalError } from '@holovitals/errors';
import { manifestEnums, manifestModels, type ManifestField } from '../manifest-models.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How a field stands in the JSON of its row. */
interface JsonColumn {
  readonly name: string;
  readonly column: string;
  /** Codes of the enum by their names in the program. */
  readonly codes: ReadonlyMap<string, string> | null;
}

const columnsOf = new Map<string, readonly JsonColumn[]>();

/**
 * A row as JSON by its columns, for a SQL function that makes a row of it (`jsonb_populate_record`):
 * enums by their codes, bytes in hexadecimal. Fields that are not given are left out.
 */
export function rowAsJson(modelName: string, row: Fields): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const { name, column, codes } of jsonColumns(modelName)) {
    const value = row[name];
    if (value !== undefined) json[column] = codes === null ? plain(value) : coded(codes, value);
  }
  return json;
}

function jsonColumns(modelName: string): readonly JsonColumn[] {
  const known = columnsOf.get(modelName);
  if (known !== undefined) return known;
  const model = manifestModels().get(modelName);
  if (model === undefined) throw new InternalError(`The manifest knows no model ${modelName}.`);
  const columns = model.fields.map((field) => ({
    name: field.name,
    column: field.column,
    codes: codesOf(field),
  }));
  columnsOf.set(modelName, columns);
  return columns;
}

function codesOf({ kind, type }: ManifestField): ReadonlyMap<string, string> | null {
  if (kind !== 'enum') return null;
  const values = manifestEnums().get(type)?.values ?? [];
  return new Map(values.map(({ name, databaseName }) => [name, databaseName]));
}

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value;
}

function coded(codes: ReadonlyMap<string, string>, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => coded(codes, one));
  return typeof value === 'string' ? (codes.get(value) ?? value) : value;
}
