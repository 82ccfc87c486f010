import { z } from 'zod';

const subprocessor = z.strictObject({
  name: z.string().trim().min(1).max(300),
  /** What it does with the information. */
  purpose: z.string().trim().min(1).max(1000),
  /** ISO 3166-1 alpha-2. */
  country: z.string().regex(/^[A-Z]{2}$/),
  /** It creates, receives, keeps or transmits health information and so needs an agreement of its own. */
  handlesPhi: z.boolean(),
});

/**
 * `LegalAgreement.subprocessors`: subcontractors that the counterparty named, 45 CFR
 * 164.308(b)(2), 164.504(e)(2)(ii)(D).
 */
export const subprocessorsSchema = z.array(subprocessor).max(100);

/** What `subprocessorsSchema` accepts. */
export type Subprocessors = z.infer<typeof subprocessorsSchema>;
