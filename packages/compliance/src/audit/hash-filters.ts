import type { FieldCodec } from '@holovitals/database';
import type { AuditFilters } from './audit-event.schema.ts';

/** Keyed hash of what was asked for: equal searches are seen in the trail, their values are not. */
export async function hashFilters(codec: FieldCodec, filters: AuditFilters): Promise<Buffer> {
  const token = await codec.token('AuditLog', 'queryHash', JSON.stringify(filters));
  return Buffer.from(token, 'base64url');
}
