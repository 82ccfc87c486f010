import { createHmac, timingSafeEqual } from 'node:crypto';

/** The content of an audit row that its hash covers, by field; absent and null are the same. */
export type AuditContent = Readonly<Record<(typeof HASHED_FIELDS)[number], unknown>>;

/** The fields that are hashed, in this order. `seq` and `shard` are bound by the sealer's tree. */
const HASHED_FIELDS = [
  'id',
  'timestamp',
  'eventType',
  'action',
  'outcome',
  'userId',
  'actorRole',
  'onBehalfOfId',
  'sessionId',
  'apiKeyId',
  'agentSystem',
  'source',
  'organizationId',
  'patientId',
  'resourceType',
  'resourceId',
  'resourceVersion',
  'previousVersion',
  'purposeOfUse',
  'reason',
  'recordCount',
  'queryHash',
  'ip',
  'userAgent',
  'requestId',
  'emergencyAccessId',
  'changedFields',
  'keyVersion',
] as const;

const ABSENT = Buffer.from('ffffffff', 'hex');

/**
 * HMAC-SHA-256 over an audit row's content: each field as a uint32 length (big-endian; 0xffffffff
 * for null) and its text in UTF-8. Times are ISO 8601 in UTC with milliseconds, bytes are hex,
 * lists are JSON.
 */
export function hashAuditRow(key: Uint8Array, content: AuditContent): Uint8Array<ArrayBuffer> {
  // One call of the hash: each crosses into native code, which costs more than the bytes.
  const bytes = Buffer.concat(HASHED_FIELDS.flatMap((field) => encoded(content[field])));
  return new Uint8Array(createHmac('sha256', key).update(bytes).digest());
}

/** Tells whether a row's content is what was written under the key. */
export function verifyAuditRow(
  key: Uint8Array,
  row: AuditContent & { readonly hash: Uint8Array },
): boolean {
  const expected = hashAuditRow(key, row);
  return row.hash.length === expected.length && timingSafeEqual(row.hash, expected);
}

function encoded(value: unknown): Buffer[] {
  const text = toText(value);
  if (text === null) return [ABSENT];
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
