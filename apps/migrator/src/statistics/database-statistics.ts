import * as z from 'zod';
import { databaseShapeSchema } from './database-shape.ts';

/** The form of statistics that this migrator writes and reads. */
export const STATISTICS_VERSION = 1;

/** Sizes of one table; a partition has its own, and counts in its parents too. */
const tableStatistics = z.strictObject({
  schema: z.string(),
  name: z.string(),
  /** As the planner estimates; -1 where nobody has counted yet. */
  rows: z.number(),
  /** Heap and TOAST. */
  bytes: z.number(),
  indexBytes: z.number(),
});

/** What is known of a database's size, shape and load, without any of its data. */
export const databaseStatisticsSchema = z.strictObject({
  version: z.literal(STATISTICS_VERSION),
  takenAt: z.iso.datetime(),
  /** `server_version_num`: 180004. */
  serverVersion: z.number().int(),
  /** Age of the oldest open transaction when it was taken; null where there was none. */
  longestTransactionSeconds: z.number().nullable(),
  tables: z.array(tableStatistics),
  /** The migrations that were applied, as Prisma's table has them. */
  applied: z.array(z.strictObject({ name: z.string(), checksum: z.string() })).optional(),
  shape: databaseShapeSchema.optional(),
});

/** Sizes of one table. */
export type TableStatistics = z.infer<typeof tableStatistics>;

/** What is known of a database's size, shape and load, without any of its data. */
export type DatabaseStatistics = z.infer<typeof databaseStatisticsSchema>;
