import { stringify } from 'csv-stringify/sync';
import { auditEventSchema, type AuditTrailEvent } from './audit-event.schema.ts';
import type { AuditFormat } from './export-audit-events.ts';

const COLUMNS = Object.keys(auditEventSchema.shape);

/**
 * Rows of the trail as CSV (RFC 4180): a head, CRLF, names of fields parted by spaces. What a
 * spreadsheet would take for a formula, since it begins with `= + - @`, a tab or a return, stands
 * behind an apostrophe.
 */
export const auditCsv: AuditFormat = {
  head: linesOf([COLUMNS]),
  render: (events) => linesOf(events.map((event) => COLUMNS.map((name) => cellOf(event, name)))),
  tail: '',
};

function cellOf(event: AuditTrailEvent, name: string): unknown {
  const value = event[name as keyof AuditTrailEvent];
  return Array.isArray(value) ? value.join(' ') : value;
}

function linesOf(rows: readonly (readonly unknown[])[]): string {
  return stringify([...rows.map((row) => [...row])], {
    record_delimiter: 'windows',
    escape_formulas: true,
  });
}
