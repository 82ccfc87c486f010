import { readFileSync } from 'node:fs';
import { schemaManifestPath } from './paths.ts';

/** A scalar field as the manifest describes it. */
export interface ManifestField {
  readonly name: string;
  readonly column: string;
  /** Prisma type, or name of the enum. */
  readonly type: string;
  readonly kind: 'scalar' | 'enum' | 'unsupported';
  /** PostgreSQL type, such as `timestamptz(3)` or `date`. */
  readonly databaseType: string;
  readonly list: boolean;
  readonly optional: boolean;
  /** As Prisma writes it: `now()`, a name of an enum, else JSON. */
  readonly default: string | null;
  readonly classification: string;
  /** Why the application reads it although its classification is withheld. */
  readonly appReads?: string;
  /** How its value may leave in an export that names nobody; left out where it does not leave. */
  readonly exportRule?: string;
  readonly encrypted: boolean;
  readonly blindIndex: string | null;
}

/** A model as the manifest describes it, as far as programs of this package read it. */
export interface ManifestModel {
  readonly name: string;
  readonly table: string;
  /** Name of the type of data, for how long it is kept. */
  readonly retention: string | null;
  /** Rows are added, and neither changed nor deleted. */
  readonly immutable: boolean;
  readonly primaryKey: { readonly fields: readonly string[] };
  readonly fields: readonly ManifestField[];
  readonly relations: readonly {
    readonly name: string;
    readonly model: string;
    /** Those of the foreign key; none where the other model holds it. */
    readonly columns: readonly string[];
  }[];
}

/** An enum: names in programs, codes in the database. */
export interface ManifestEnum {
  readonly name: string;
  readonly values: readonly { readonly name: string; readonly databaseName: string }[];
}

interface Classification {
  readonly withheld?: true;
}

interface Manifest {
  readonly classifications: ReadonlyMap<string, Classification>;
  readonly models: ReadonlyMap<string, ManifestModel>;
  readonly enums: ReadonlyMap<string, ManifestEnum>;
}

let manifest: Manifest | undefined;

/** Every model of the manifest, by name; read once, at first use. */
export function manifestModels(): ReadonlyMap<string, ManifestModel> {
  return read().models;
}

/** Every enum of the manifest, by name. */
export function manifestEnums(): ReadonlyMap<string, ManifestEnum> {
  return read().enums;
}

/** What each classification word means. */
export function manifestClassifications(): ReadonlyMap<string, Classification> {
  return read().classifications;
}

function read(): Manifest {
  if (manifest === undefined) {
    const { classifications, models, enums } = JSON.parse(
      readFileSync(schemaManifestPath, 'utf8'),
    ) as {
      classifications: Readonly<Record<string, Classification>>;
      models: readonly ManifestModel[];
      enums: readonly ManifestEnum[];
    };
    manifest = {
      classifications: new Map(Object.entries(classifications)),
      models: byName(models),
      enums: byName(enums),
    };
  }
  return manifest;
}

function byName<Named extends { readonly name: string }>(named: readonly Named[]) {
  return new Map(named.map((each) => [each.name, each]));
}
