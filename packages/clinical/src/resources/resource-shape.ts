import { InternalError } from '@holovitals/errors';
import { manifestEnums, manifestModels, type ManifestField } from '@holovitals/database';

/** How a field of a resource stands in its row. */
export interface ResourceField {
  /** Name in the resource: `note`, `onsetAt`, `status`. */
  readonly name: string;
  /** Name in the row: `noteCiphertext`, `onsetAt`, `status`. */
  readonly rowName: string;
  readonly kind: 'plain' | 'code' | 'decimal' | 'day' | 'instant' | 'fhirDate' | 'lexicalDecimal';
  /** The row's field that goes with it: how precise a date is, how a decimal was written. */
  readonly companion: string | null;
  /** Columns of the two. */
  readonly column: string;
  readonly companionColumn: string | null;
  /** Codes of the enum by their names in the program. */
  readonly codes: ReadonlyMap<string, string> | null;
  readonly isEncrypted: boolean;
}

/** The fields of a resource, by name. */
export type ResourceShape = ReadonlyMap<string, ResourceField>;

const shapes = new Map<string, ResourceShape>();

/**
 * The resource that a model's rows are shown as: FHIR codes for enums, FHIR dates for instants with
 * a precision, decimals as text, plain names for ciphertext; hashes and companions stay inside.
 */
export function shapeOf(modelName: string): ResourceShape {
  const known = shapes.get(modelName);
  if (known !== undefined) return known;
  const model = manifestModels().get(modelName);
  if (model === undefined) throw new InternalError(`The manifest knows no model ${modelName}.`);
  const columns = new Map(model.fields.map(({ name, column }) => [name, column]));
  const hashes = new Set(model.fields.map(({ blindIndex }) => blindIndex));
  const described = model.fields.map((field) => describe(field, columns));
  const companions = new Set(described.map(({ companion }) => companion));
  const shape = new Map(
    described
      .filter(({ rowName }) => !companions.has(rowName) && !hashes.has(rowName))
      .map((field) => [field.name, field]),
  );
  shapes.set(modelName, shape);
  return shape;
}

function describe(field: ManifestField, columns: ReadonlyMap<string, string>): ResourceField {
  const { name: rowName } = field;
  const base = {
    name: rowName.replace(/Ciphertext$/, ''),
    rowName,
    column: field.column,
    companion: null,
    companionColumn: null,
    codes: field.kind === 'enum' ? codesOf(field.type) : null,
    isEncrypted: field.encrypted,
  };
  if (field.kind === 'enum') return { ...base, kind: 'code' };
  if (field.type === 'Decimal') {
    const companion = `${rowName}AsReceived`;
    const companionColumn = columns.get(companion);
    return companionColumn === undefined
      ? { ...base, kind: 'decimal' }
      : { ...base, kind: 'lexicalDecimal', companion, companionColumn };
  }
  if (field.type !== 'DateTime') return { ...base, kind: 'plain' };
  const companion = [`${rowName}Precision`, rowName.replace(/(At|On)$/, 'Precision')].find((name) =>
    columns.has(name),
  );
  if (companion !== undefined) {
    const companionColumn = columns.get(companion) ?? null;
    return { ...base, kind: 'fhirDate', companion, companionColumn };
  }
  return { ...base, kind: field.databaseType === 'date' ? 'day' : 'instant' };
}

function codesOf(enumName: string): ReadonlyMap<string, string> {
  const values = manifestEnums().get(enumName)?.values ?? [];
  return new Map(values.map(({ name, databaseName }) => [name, databaseName]));
}
