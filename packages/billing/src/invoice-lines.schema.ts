import { z } from 'zod';

/**
 * One line of a bill. There is no free text: a line names a plan or a pack of tokens by its code, so
 * that no bill tells about care (45 CFR 164.502(b)).
 */
export const invoiceLineSchema = z
  .strictObject({
    kind: z.enum(['PLAN', 'TOKENS', 'PRORATION', 'DISCOUNT', 'TAX']),
    code: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
    quantity: z.int().min(1).max(1_000_000_000),
    /** Minor units of the invoice's currency; below zero only for a discount or a proration. */
    unitCents: z.int(),
    amountCents: z.int(),
    /** First and last day billed, where the line is for a period. */
    periodStart: z.iso.date().optional(),
    periodEnd: z.iso.date().optional(),
  })
  .refine((line) => line.amountCents === line.quantity * line.unitCents, {
    error: 'amountCents is not quantity times unitCents',
  })
  .refine((line) => line.amountCents >= 0 || ['DISCOUNT', 'PRORATION'].includes(line.kind), {
    error: 'only a discount or a proration lowers a bill',
  });

/** `Invoice.lines`: what is billed, at most 500 lines. Stripe Invoice line items. */
export const invoiceLinesSchema = z.array(invoiceLineSchema).max(500);

/** A parsed {@link invoiceLinesSchema}. */
export type InvoiceLines = z.infer<typeof invoiceLinesSchema>;
