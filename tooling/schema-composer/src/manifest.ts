/** What a classification word means for the rest of the platform, as the workspace configures it. */
export interface ClassificationEffect {
  /** The higher, the more protected. */
  readonly rank: number;
  readonly meaning: string;
  /** A table with such a field gets row security. */
  readonly rowSecurity: boolean;
  readonly mask: boolean;
  readonly log: boolean;
  /** Only the owner reads such a column, unless the field says why the application must; left out where not so. */
  readonly withheld?: true;
}

/** A line of a source file, the file named from the workspace's root. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

export interface Deprecation {
  readonly since: string;
  readonly sunset: string | null;
  readonly text: string;
}

/** A constraint or index that only SQL can say. */
export interface SqlConstraint {
  readonly name: string;
  readonly sql: string;
  readonly source: SourcePlace;
}

export interface ManifestDomain {
  readonly name: string;
  readonly packageName: string;
  /** From the root, with forward slashes. */
  readonly directory: string;
  readonly dependencies: readonly string[];
  /** From the root, in the order in which they were composed. */
  readonly fragments: readonly string[];
}

export type Softref =
  | { readonly model: string; readonly field: string; readonly outlives: boolean }
  | { readonly via: string; readonly outlives: boolean };

export interface ManifestField {
  readonly name: string;
  readonly column: string;
  /** Prisma's type, or the name of an enum. */
  readonly type: string;
  readonly kind: 'scalar' | 'enum' | 'unsupported';
  /** As PostgreSQL names it: `uuid`, `timestamptz(3)`, `text[]`, or the enum's own name. */
  readonly databaseType: string;
  readonly list: boolean;
  readonly optional: boolean;
  readonly id: boolean;
  readonly unique: boolean;
  /** The client does not show it (`@ignore`). Left out where it does. */
  readonly ignored?: true;
  /** Source text inside `@default(...)`. */
  readonly default: string | null;
  readonly updatedAt: boolean;
  readonly classification: string;
  readonly encrypted: boolean;
  /** Why the application must read what is withheld; left out where it need not. */
  readonly appReads?: string;
  /** How its value may leave in an export that names nobody; left out where it does not leave. */
  readonly exportRule?: string;
  /** The sibling field that holds the keyed hash of this one. */
  readonly blindIndex: string | null;
  readonly softref: Softref | null;
  /** Expression of GENERATED ALWAYS AS ... STORED. */
  readonly generated: string | null;
  readonly deprecated: Deprecation | null;
  /** The name it had before, left out where it had none. */
  readonly renamedFrom?: string;
  readonly doc: string;
  readonly source: SourcePlace;
}

export interface ManifestRelation {
  /** Name of the field. */
  readonly name: string;
  readonly renamedFrom?: string;
  /** Target of the relation. */
  readonly model: string;
  readonly relationName: string | null;
  readonly list: boolean;
  readonly optional: boolean;
  /** Fields of the foreign key; empty on the side that does not hold it. */
  readonly fields: readonly string[];
  readonly references: readonly string[];
  readonly columns: readonly string[];
  readonly constraint: string | null;
  readonly onDelete: string | null;
  readonly onUpdate: string | null;
  /** Field of the other side. */
  readonly inverse: string | null;
  /** True where the composer added the field. */
  readonly inherited: boolean;
  readonly ownerDomain: string;
}

export interface ManifestIndex {
  /** Name in the database. */
  readonly name: string;
  readonly kind: 'index' | 'unique' | 'id';
  readonly fields: readonly string[];
  readonly columns: readonly string[];
  readonly type: string | null;
  readonly where: string | null;
  /** What the client calls it, left out where Prisma chooses. */
  readonly clientName?: string;
  /** Its fields with their order and operators, left out where these are the usual ones. */
  readonly order?: string;
}

export interface ManifestModel {
  readonly name: string;
  readonly domain: string;
  readonly table: string;
  /** A view: SQL makes it, and no migration. Left out of what is a table. */
  readonly view?: true;
  /** PostgreSQL's schema (`@@schema`), left out where none is written. */
  readonly schema?: string;
  /** The client does not show it (`@@ignore`). Left out where it does. */
  readonly ignored?: true;
  readonly doc: string;
  readonly source: SourcePlace;
  /** The model's own word, the default of its fields. */
  readonly classification: string | null;
  readonly rowSecurity: boolean;
  readonly internal: boolean;
  readonly immutable: boolean;
  /** Tells who did what: applications only add to it, auditors read it. Left out where it is no such table. */
  readonly auditTrail?: true;
  readonly retention: string | null;
  readonly deprecated: Deprecation | null;
  /** The name it had before, left out where it had none. */
  readonly renamedFrom?: string;
  readonly partitionBy: {
    readonly method: 'range';
    readonly column: string;
    readonly partitionSchema: string;
  } | null;
  readonly primaryKey: {
    readonly name: string | null;
    readonly fields: readonly string[];
    readonly columns: readonly string[];
  };
  readonly fields: readonly ManifestField[];
  readonly relations: readonly ManifestRelation[];
  readonly indexes: readonly ManifestIndex[];
  readonly checks: readonly SqlConstraint[];
  readonly excludes: readonly SqlConstraint[];
  readonly sqlIndexes: readonly SqlConstraint[];
}

export interface ManifestEnumValue {
  readonly name: string;
  readonly databaseName: string;
  readonly deprecated: Deprecation | null;
  /** The name it had before, left out where it had none. */
  readonly renamedFrom?: string;
  readonly doc: string;
}

export interface ManifestEnum {
  readonly name: string;
  readonly domain: string;
  readonly databaseName: string;
  /** PostgreSQL's schema (`@@schema`), left out where none is written. */
  readonly schema?: string;
  readonly renamedFrom?: string;
  readonly doc: string;
  readonly source: SourcePlace;
  readonly values: readonly ManifestEnumValue[];
}

/** Everything the composer knows about a composed schema: the content of `schema.manifest.json`. */
export interface SchemaManifest {
  readonly version: 1;
  /** sha256 of the bytes of the schema beside it, in hexadecimal. */
  readonly schemaHash: string;
  readonly extensions: readonly string[];
  readonly classifications: Readonly<Record<string, ClassificationEffect>>;
  /** Dependencies first. */
  readonly domains: readonly ManifestDomain[];
  readonly models: readonly ManifestModel[];
  readonly enums: readonly ManifestEnum[];
}
