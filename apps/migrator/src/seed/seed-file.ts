import type { ManifestField, ManifestModel, SchemaManifest } from '@holovitals/schema-composer';

/** A value that stands for the id of another row. */
export interface SeedReference {
  readonly $ref: string;
  readonly where: Readonly<Record<string, unknown>>;
}

/** The values of a seed's row, by field. */
export type SeedValues = Readonly<Record<string, unknown>>;

/** A row of a seed, and where it stands. */
export interface SeedRow {
  /** `row 3` of a JSON file, `line 17` of a CSV file. */
  readonly place: string;
  readonly values: SeedValues;
}

/** A seed file: rows of one model, told apart by their key. */
export interface SeedFile {
  /** From the workspace's root; of a CSV file where it has one. */
  readonly file: string;
  readonly model: string;
  readonly key: readonly string[];
  /** Reads the rows, as often as it is called. */
  rows(): AsyncIterable<SeedRow> | Iterable<SeedRow>;
}

/** Tells whether a seed's value stands for another row's id. */
export function isReference(value: unknown): value is SeedReference {
  return typeof value === 'object' && value !== null && '$ref' in value && 'where' in value;
}

/** Finds a model by its name. */
export function modelOf(manifest: SchemaManifest, name: string): ManifestModel | undefined {
  return manifest.models.find((model) => model.name === name);
}

/** Finds a scalar field by its name. */
export function fieldOf(model: ManifestModel, name: string): ManifestField | undefined {
  return model.fields.find((field) => field.name === name);
}

/** A row's key, as the record of seeded rows and people read it. */
export function keyOf(key: readonly string[], values: SeedValues): string {
  return JSON.stringify(key.map((name) => values[name]));
}
