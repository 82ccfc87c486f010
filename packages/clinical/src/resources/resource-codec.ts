import { dayText, formatFhirDate, instantText, parseFhirDate } from './fhir-date.ts';
import { shapeOf, type ResourceField } from './resource-shape.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Turns the input of a use case, checked by its schema, into fields of a row. */
export function toRow(modelName: string, input: Fields): Record<string, unknown> {
  const shape = shapeOf(modelName);
  const row: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    const field = shape.get(name);
    if (field !== undefined && value !== undefined) Object.assign(row, inRow(field, value));
  }
  return row;
}

function inRow(field: ResourceField, value: unknown): Fields {
  const { rowName, companion, codes } = field;
  const text = typeof value === 'string' ? value : null;
  switch (field.kind) {
    case 'code':
      return { [rowName]: [...(codes ?? [])].find(([, code]) => code === text)?.[0] ?? null };
    case 'day':
      return { [rowName]: text === null ? null : new Date(`${text}T00:00:00Z`) };
    case 'instant':
      return { [rowName]: text === null ? null : new Date(text) };
    case 'fhirDate': {
      const parsed = text === null ? null : parseFhirDate(text);
      return { [rowName]: parsed?.at ?? null, [companion ?? '']: parsed?.precision ?? null };
    }
    case 'lexicalDecimal':
      return { [rowName]: text, [companion ?? '']: text };
    case 'decimal':
    case 'plain':
      return { [rowName]: value };
  }
}

/** Turns the fields of a row that were read into those of the resource. */
export function toResource(modelName: string, row: Fields): Record<string, unknown> {
  const resource: Record<string, unknown> = {};
  for (const field of shapeOf(modelName).values()) {
    const value = row[field.rowName];
    if (value === undefined) continue;
    const companion = field.companion === null ? null : row[field.companion];
    resource[field.name] = value === null ? null : shown(field, value, companion ?? null);
  }
  return resource;
}

function shown(field: ResourceField, value: unknown, companion: unknown): unknown {
  switch (field.kind) {
    case 'code':
      return field.codes?.get(String(value)) ?? value;
    case 'day':
      return dayText(instantOf(value));
    case 'instant':
      return instantText(instantOf(value));
    case 'fhirDate':
      return formatFhirDate(instantOf(value), companion as string | null);
    case 'lexicalDecimal':
      return companion ?? plainDecimal(value);
    case 'decimal':
      return plainDecimal(value);
    case 'plain':
      return value;
  }
}

function instantOf(value: unknown): Date | string {
  return value instanceof Date ? value : String(value);
}

/** A decimal without an exponent and without zeros at its end. */
function plainDecimal(value: unknown): string {
  const decimal = value as { toFixed?: () => string };
  const text =
    typeof value === 'object' && decimal.toFixed !== undefined ? decimal.toFixed() : String(value);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** What to read of a row to show these fields of the resource; all of them where none is named. */
export function selectionOf(modelName: string, names?: readonly string[]): Record<string, true> {
  const shape = shapeOf(modelName);
  const fields =
    names === undefined ? [...shape.values()] : names.flatMap((name) => shape.get(name) ?? []);
  const rowNames = fields.flatMap(({ rowName, companion }) => [
    rowName,
    ...(companion === null ? [] : [companion]),
  ]);
  return Object.fromEntries(['id', ...rowNames].map((name) => [name, true]));
}

/** Shows a row that a SQL function built as JSON by its columns. */
export type JsonReader = (json: Fields) => Record<string, unknown>;

/**
 * Makes what turns rows in JSON into resources with these fields, in this order; those whose columns
 * are not there are left out.
 */
export function jsonReader(modelName: string, names: readonly string[]): JsonReader {
  const shape = shapeOf(modelName);
  const fields = names.flatMap((name) => shape.get(name) ?? []);
  return (json) => {
    const resource: Record<string, unknown> = {};
    for (const field of fields) {
      const value = json[field.column];
      if (value === undefined) continue;
      const companion = field.companionColumn === null ? null : json[field.companionColumn];
      resource[field.name] = value === null ? null : shown(field, value, companion ?? null);
    }
    return resource;
  };
}

/** Finishes a row, in itself, that a SQL function built as JSON by the fields of its resource. */
export type JsonFinisher = (json: Record<string, unknown>) => void;

/**
 * Makes what finishes rows in JSON: dates become FHIR's and lose the precision beside them, what was
 * decrypted leaves the name of its column. All else stands as SQL wrote it. What goes is set to
 * undefined, which JSON leaves out: an object that loses keys is slow to write.
 */
export function jsonFinisher(modelName: string): JsonFinisher {
  const fields = [...shapeOf(modelName).values()];
  const dates = fields.filter(({ kind }) => DATES.has(kind));
  const sealed = fields.filter(({ isEncrypted, name, column }) => isEncrypted && name !== column);
  return (json) => {
    for (const field of dates) {
      const value = json[field.name];
      if (value === undefined || value === null) continue;
      const companion = field.companion === null ? null : json[field.companion];
      json[field.name] = shown(field, value, companion ?? null);
    }
    for (const { companion } of dates) {
      if (companion !== null && json[companion] !== undefined) json[companion] = undefined;
    }
    for (const { name, column } of sealed) {
      if (json[column] === undefined) continue;
      json[name] = json[column];
      json[column] = undefined;
    }
  };
}

const DATES: ReadonlySet<ResourceField['kind']> = new Set(['day', 'instant', 'fhirDate']);

/** What to have a SQL function show, so that these fields of the resource can be made. */
export function columnsOf(
  modelName: string,
  names: readonly string[],
): { readonly columns: string[]; readonly decimals: string[] } {
  const shape = shapeOf(modelName);
  const fields = names.flatMap((name) => shape.get(name) ?? []);
  const isDecimal = ({ kind }: ResourceField) => kind === 'decimal' || kind === 'lexicalDecimal';
  const plain = fields.filter((field) => !isDecimal(field)).map(({ column }) => column);
  const companions = fields.flatMap(({ companionColumn }) => companionColumn ?? []);
  return {
    columns: [...new Set(['id', ...plain, ...companions])],
    decimals: fields.filter(isDecimal).map(({ column }) => column),
  };
}
