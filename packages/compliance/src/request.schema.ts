import { z } from 'zod';

const informedPerson = z.strictObject({
  name: z.string().trim().min(1).max(300),
  organizationId: z.uuid().optional(),
  /** Named by the patient, or known to hold the information (164.526(c)(3)(i)-(ii)). */
  reason: z.enum(['NAMED_BY_PATIENT', 'HOLDS_INFORMATION']),
  informedAt: z.iso.datetime({ offset: true }).optional(),
});

/** `PatientAmendmentRequest.informedPersons`: who is told of an amendment, 45 CFR 164.526(c)(3). */
export const informedPersonsSchema = z.array(informedPerson).max(100);

/** What `informedPersonsSchema` accepts. */
export type InformedPersons = z.infer<typeof informedPersonsSchema>;
