import type { ManifestField, ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import { CsvFault } from './read-csv.ts';
import { fieldOf, isReference, modelOf, type SeedFile, type SeedValues } from './seed-file.ts';

/** More faults than this help nobody. */
const FAULT_LIMIT = 200;

/**
 * Checks every row against the manifest before anything is written: all faults, with place and
 * field, and never a value. Rows that repeat a key are found when they are written.
 */
export async function checkSeeds(
  seeds: readonly SeedFile[],
  manifest: SchemaManifest,
  problems: string[],
): Promise<void> {
  for (const seed of seeds) {
    const model = modelOf(manifest, seed.model);
    if (model === undefined) {
      problems.push(`${seed.file}: there is no model ${seed.model}.`);
      continue;
    }
    for (const name of seed.key) {
      if (fieldOf(model, name) === undefined)
        problems.push(`${seed.file}: key ${name} is no field of ${model.name}.`);
    }
    await checkRows(seed, model, manifest, problems);
  }
}

async function checkRows(
  seed: SeedFile,
  model: ManifestModel,
  manifest: SchemaManifest,
  problems: string[],
): Promise<void> {
  try {
    for await (const { place, values } of seed.rows()) {
      if (problems.length > FAULT_LIMIT) return;
      checkRow(values, model, seed, manifest, (fault) =>
        problems.push(`${seed.file}: ${place}: ${fault}`),
      );
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    problems.push(`${seed.file}: line ${error.line}: ${error.message}`);
  }
}

function checkRow(
  values: SeedValues,
  model: ManifestModel,
  seed: SeedFile,
  manifest: SchemaManifest,
  report: (fault: string) => void,
): void {
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(model, name);
    if (field === undefined) report(`${model.name} has no field ${name}.`);
    else if (field.generated !== null) report(`${name} is computed by the database.`);
    else if (isReference(value)) {
      if (modelOf(manifest, value.$ref) === undefined)
        report(`${name} refers to ${value.$ref}, and there is no such model.`);
    } else if (!fits(value, field, manifest))
      report(`${name} is not a ${field.type}${field.list ? ' list' : ''}.`);
  }
  for (const field of model.fields) {
    if (isRequired(field) && values[field.name] === undefined) {
      report(`${field.name} is required.`);
    }
  }
  for (const name of seed.key) {
    if (values[name] === undefined || values[name] === null) {
      report(`key field ${name} has no value.`);
    }
  }
}

function isRequired(field: ManifestField): boolean {
  const { optional, list, updatedAt } = field;
  return !optional && !list && !updatedAt && field.default === null;
}

function fits(value: unknown, field: ManifestField, manifest: SchemaManifest): boolean {
  if (value === null) return field.optional;
  if (field.list) {
    return Array.isArray(value) && value.every((item) => fitsOne(item, field, manifest));
  }
  return fitsOne(value, field, manifest);
}

function fitsOne(value: unknown, { kind, type }: ManifestField, manifest: SchemaManifest): boolean {
  if (kind === 'enum') {
    const known = manifest.enums.find(({ name }) => name === type);
    return known?.values.some(({ name }) => name === value) === true;
  }
  switch (type) {
    case 'Int':
      return Number.isInteger(value) && (Number(value) | 0) === value;
    case 'BigInt':
      return Number.isSafeInteger(value) || /^-?\d{1,19}$/.test(String(value));
    case 'Float':
      return typeof value === 'number';
    case 'Decimal':
      return /^-?\d+(\.\d+)?$/.test(String(value));
    case 'Boolean':
      return typeof value === 'boolean';
    case 'DateTime':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
    case 'Json':
      return value !== undefined;
    default:
      return typeof value === 'string' && !value.includes('\0');
  }
}
