export { entitlementsSchema } from './entitlements.schema.ts';
export type { Entitlements } from './entitlements.schema.ts';
export { invoiceLineSchema, invoiceLinesSchema } from './invoice-lines.schema.ts';
export type { InvoiceLines } from './invoice-lines.schema.ts';
