import * as z from 'zod';

const column = z.strictObject({
  name: z.string(),
  /** `pg_type.typname`, before it its schema where that is not `pg_catalog`. */
  type: z.string(),
  /** `atttypmod`: -1 where the type has no length or precision. */
  modifier: z.number().int(),
  notNull: z.boolean(),
});

/** A column of a relation, or a whole relation. */
const reference = z.strictObject({ relation: z.string(), column: z.string().nullable() });

const relation = z.strictObject({
  schema: z.string(),
  name: z.string(),
  /** `pg_class.relkind`. */
  kind: z.enum(['r', 'p', 'f', 'v', 'm', 'S', 'c', 'i', 'I']),
  isUnlogged: z.boolean(),
  /** Row security is enabled; left out of statistics that are older. */
  isRowSecured: z.boolean().optional(),
  isPartition: z.boolean(),
  /** The partition for what no other takes. */
  isDefault: z.boolean(),
  /** What it is a partition of, inherits from, or, for an index, is attached to. */
  parents: z.array(z.string()),
  /** Empty for views, sequences and indexes. */
  columns: z.array(column),
  /** Of an index: its table, and its columns, expressions' too. */
  indexOf: z.string().nullable(),
  indexColumns: z.array(z.string()),
  isValid: z.boolean(),
  /** Of a sequence: the column it goes with. */
  ownedBy: reference.nullable(),
  /** Of a view. */
  reads: z.array(reference),
  /** How many triggers people have made on it. */
  triggers: z.number().int(),
});

const constraint = z.strictObject({
  relation: z.string(),
  name: z.string(),
  /** `pg_constraint.contype`. */
  kind: z.enum(['c', 'f', 'n', 'p', 'u', 'x', 't']),
  columns: z.array(z.string()),
  references: z.string().nullable(),
  referencedColumns: z.array(z.string()),
  /** `pg_constraint.confdeltype`. */
  onDelete: z.string().nullable(),
  isValidated: z.boolean(),
  /** Of a check of the form `column IS NOT NULL`: the column. */
  notNull: z.string().nullable(),
  index: z.string().nullable(),
});

/**
 * The shape of a database: names, types and what depends on what, and no text of any expression,
 * since that may hold values. Relations are named as `schema.name`, quoted where they must be.
 */
export const databaseShapeSchema = z.strictObject({
  relations: z.array(relation),
  constraints: z.array(constraint),
  domains: z.array(
    z.strictObject({
      name: z.string(),
      base: z.string(),
      modifier: z.number().int(),
      isConstrained: z.boolean(),
    }),
  ),
  /** Those that people have made; true where one of that name is volatile. */
  functions: z.array(z.strictObject({ name: z.string(), isVolatile: z.boolean() })),
});

/** The shape of a database. */
export type DatabaseShape = z.infer<typeof databaseShapeSchema>;
