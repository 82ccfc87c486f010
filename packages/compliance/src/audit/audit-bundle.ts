import { fhirAuditEvent } from './fhir-audit-event.ts';
import type { AuditFormat } from './export-audit-events.ts';

/** Rows of the trail as one FHIR R4 Bundle of AuditEvents, of the type `collection`. */
export const auditBundle: AuditFormat = {
  head: '{"resourceType":"Bundle","type":"collection","entry":[',
  render: (events, isFirst) =>
    events
      .map((event) => JSON.stringify({ fullUrl: urn(event.id), resource: fhirAuditEvent(event) }))
      .map((entry, n) => (isFirst && n === 0 ? `\n${entry}` : `,\n${entry}`))
      .join(''),
  tail: '\n]}\n',
};

const urn = (id: string) => `urn:uuid:${id}`;
