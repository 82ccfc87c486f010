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

const ABSENT = 0xffffffff;
const LENGTH_BYTES = 4;

/**
 * HMAC-SHA-256 over an audit row's content: each field as a uint32 length (big-endian; 0xffffffff
 * for null) and its text in UTF-8. Times are ISO 8601 in UTC with milliseconds, bytes are hex,
 * lists are JSON.
 */
export function hashAuditRow(key: Uint8Array, content: AuditContent): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(encoded(content)).digest());
}

/** Tells whether a row's content is what was written under the key. */
export function verifyAuditRow(
  key: Uint8Array,
  row: AuditContent & { readonly hash: Uint8Array },
): boolean {
  const expected = hashAuditRow(key, row);
  return row.hash.length === expected.length && timingSafeEqual(row.hash, expected);
}

/** In one buffer, hashed by one call: each small one, and each call, costs more than its bytes. */
function encoded(content: AuditContent): Buffer {
  const texts = HASHED_FIELDS.map((field) => toText(content[field]));
  const bytes = Buffer.allocUnsafe(
    texts.reduce((size, text) => size + LENGTH_BYTES + Buffer.byteLength(text ?? ''), 0),
  );
  let end = 0;
  for (const text of texts) {
    const length = bytes.write(text ?? '', end + LENGTH_BYTES);
    bytes.writeUInt32BE(text === null ? ABSENT : length, end);
    end += LENGTH_BYTES + length;
  }
  return bytes;
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
