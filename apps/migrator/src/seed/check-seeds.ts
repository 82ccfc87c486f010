import type { ManifestField, ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import { isReference, type SeedFile } from './read-seeds.ts';

/** Checks every row against the manifest before anything is written: all faults, with row and field. */
export function checkSeeds(
  seeds: readonly SeedFile[],
  manifest: SchemaManifest,
  problems: string[],
): void {
  const models = new Map(manifest.models.map((model) => [model.name, model]));
  for (const seed of seeds) {
    const model = models.get(seed.model);
    if (model === undefined) {
      problems.push(`${seed.file}: there is no model ${seed.model}.`);
      continue;
    }
    for (const name of seed.key) {
      if (fieldOf(model, name) === undefined)
        problems.push(`${seed.file}: key ${name} is no field of ${model.name}.`);
    }
    const keys = new Map<string, number>();
    seed.rows.forEach((row, index) => {
      const place = `${seed.file}: row ${index + 1}`;
      checkRow(row, model, seed, (fault) => problems.push(`${place}: ${fault}`), models);
      const key = JSON.stringify(seed.key.map((name) => row[name]));
      const first = keys.get(key);
      if (first !== undefined) problems.push(`${place}: its key is that of row ${first}.`);
      keys.set(key, index + 1);
    });
  }
}

function checkRow(
  row: Readonly<Record<string, unknown>>,
  model: ManifestModel,
  seed: SeedFile,
  report: (fault: string) => void,
  models: ReadonlyMap<string, ManifestModel>,
): void {
  for (const [name, value] of Object.entries(row)) {
    const field = fieldOf(model, name);
    if (field === undefined) report(`${model.name} has no field ${name}.`);
    else if (isReference(value)) {
      if (!models.has(value.$ref))
        report(`${name} refers to ${value.$ref}, and there is no such model.`);
    } else if (!fits(value, field))
      report(`${name} is not a ${field.type}${field.list ? ' list' : ''}.`);
  }
  for (const field of model.fields) {
    if (isRequired(field) && row[field.name] === undefined) report(`${field.name} is required.`);
  }
  for (const name of seed.key) {
    if (row[name] === undefined || row[name] === null) report(`key field ${name} has no value.`);
  }
}

function fieldOf(model: ManifestModel, name: string): ManifestField | undefined {
  return model.fields.find((field) => field.name === name);
}

function isRequired(field: ManifestField): boolean {
  const { optional, list, updatedAt } = field;
  return !optional && !list && !updatedAt && field.default === null;
}

function fits(value: unknown, field: ManifestField): boolean {
  if (value === null) return field.optional;
  if (field.list) return Array.isArray(value) && value.every((item) => fitsOne(item, field.type));
  return fitsOne(value, field.type);
}

function fitsOne(value: unknown, type: string): boolean {
  switch (type) {
    case 'Int':
    case 'BigInt':
      return Number.isSafeInteger(value) || (type === 'BigInt' && /^-?\d+$/.test(String(value)));
    case 'Float':
      return typeof value === 'number';
    case 'Decimal':
      return /^-?\d+(\.\d+)?$/.test(String(value));
    case 'Boolean':
      return typeof value === 'boolean';
    case 'DateTime':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
    case 'Json':
      return true;
    default:
      return typeof value === 'string';
  }
}
