import { z } from 'zod';

const tableProgressSchema = z
  .strictObject({
    /** Id of the last row that was done; null before the first. */
    cursor: z.uuid().nullable(),
    done: z.int().min(0),
    /** Rows under the retiring version when the work began. */
    total: z.int().min(0),
  })
  .refine((progress) => progress.done <= progress.total, { error: 'done is more than total' });

/**
 * `EncryptionKey.rewrapProgress`: how far the re-encryption away from a key version is, by table
 * name (NIST SP 800-57 part 1, 5.3.4: end of the crypto-period). At most 200 tables.
 */
export const rewrapProgressSchema = z
  .record(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/), tableProgressSchema)
  .refine((tables) => Object.keys(tables).length <= 200, { error: 'more than 200 tables' });

/** A parsed {@link rewrapProgressSchema}. */
export type RewrapProgress = z.infer<typeof rewrapProgressSchema>;
