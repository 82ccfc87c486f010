import type { Annotations } from './read-annotations.ts';
import type { Span } from './source-file.ts';
import type { Attribute, Block, Member } from './syntax.ts';
import type { DomainPackage } from './workspace.ts';

/** A fragment's model, with names and types resolved against the whole workspace. */
export interface ModelNode {
  readonly block: Block;
  readonly domain: DomainPackage;
  readonly annotations: Annotations;
  readonly table: string;
  readonly fields: readonly FieldNode[];
  readonly relations: readonly RelationNode[];
  readonly keys: readonly KeyNode[];
  /** Fields by name. */
  readonly fieldOf: ReadonlyMap<string, FieldNode>;
}

/** A field that is a column. */
export interface FieldNode {
  readonly member: Member;
  readonly annotations: Annotations;
  readonly column: string;
  readonly kind: 'scalar' | 'enum' | 'unsupported';
  /** Its own word, else the model's. */
  readonly classification: string | null;
}

/** A field that leads to another model. */
export interface RelationNode {
  readonly member: Member;
  readonly annotations: Annotations;
  readonly target: string;
  /** The `@relation` attribute, if any. */
  readonly attribute: Attribute | undefined;
  readonly relationName: string | null;
  /** Fields of the foreign key; empty on the other side. */
  readonly fields: readonly string[];
  readonly references: readonly string[];
  readonly onDelete: string | null;
  readonly onUpdate: string | null;
  /** Name of the constraint, where it is written out. */
  readonly map: string | null;
}

/** An id, a unique constraint or an index, written on a field or on the model. */
export interface KeyNode {
  readonly kind: 'index' | 'unique' | 'id';
  readonly name: string;
  readonly fields: readonly string[];
  readonly columns: readonly string[];
  readonly type: string | null;
  /** What the client calls it, where that is written out. */
  readonly clientName: string | null;
  /** Its fields with their order and operators, where it says more than their names. */
  readonly order: string | null;
  /** SQL of a partial index. */
  readonly where: string | null;
  readonly at: Span;
}

export interface EnumNode {
  readonly block: Block;
  readonly domain: DomainPackage;
  readonly annotations: Annotations;
  readonly databaseName: string;
  readonly values: readonly {
    readonly member: Member;
    readonly annotations: Annotations;
    readonly databaseName: string;
  }[];
}

/** A field that the composer adds to the model at the other end of a relation. */
export interface InverseNode {
  readonly name: string;
  readonly owner: ModelNode;
  readonly relation: RelationNode;
  /** True where the foreign key is unique, so that there is at most one. */
  readonly single: boolean;
  readonly at: Span;
}

/** Everything the rules look at. */
export interface SchemaNode {
  /** Dependencies first. */
  readonly domains: readonly DomainPackage[];
  /** In the order of composition. */
  readonly models: readonly ModelNode[];
  readonly enums: readonly EnumNode[];
  readonly modelOf: ReadonlyMap<string, ModelNode>;
  readonly enumOf: ReadonlyMap<string, EnumNode>;
  /** By the name of the model that receives them. */
  readonly inverses: ReadonlyMap<string, readonly InverseNode[]>;
}
