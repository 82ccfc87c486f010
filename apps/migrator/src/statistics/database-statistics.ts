import { z } from 'zod';

/** Sizes of one table; partitions count in their parent. */
const tableStatistics = z.strictObject({
  schema: z.string(),
  name: z.string(),
  /** As the planner estimates; -1 where nobody has counted yet. */
  rows: z.number(),
  /** Heap and TOAST. */
  bytes: z.number(),
  indexBytes: z.number(),
});

/** What is known of a database's size and load, without any of its data. */
export const databaseStatisticsSchema = z.strictObject({
  version: z.literal(1),
  takenAt: z.iso.datetime(),
  /** `server_version_num`: 180004. */
  serverVersion: z.number().int(),
  /** Age of the oldest open transaction when it was taken; null where there was none. */
  longestTransactionSeconds: z.number().nullable(),
  tables: z.array(tableStatistics),
});

/** Sizes of one table. */
export type TableStatistics = z.infer<typeof tableStatistics>;

/** What is known of a database's size and load, without any of its data. */
export type DatabaseStatistics = z.infer<typeof databaseStatisticsSchema>;
