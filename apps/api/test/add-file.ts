import type pg from 'pg';

/**
 * Adds a file to a patient's record, as if the account behind this token had brought it; answers its id.
 * Its content is nowhere. `columns` are others of its row, by name.
 */
export async function addFile(
  owner: pg.Client,
  patientId: string,
  token: string | undefined,
  columns: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { rows } = await owner.query<{ id: string }>(
    `insert into secure_files select (jsonb_populate_record(null::secure_files, jsonb_build_object(
       'id', uuid_v7(), 'patient_id', $1::uuid, 'storage_uri', 'store:' || uuid_v7(), 'byte_size', 3,
       'mime_type', 'application/pdf', 'hmac_plain', sha256('plain'), 'sha256_cipher', sha256('cipher'),
       'wrapped_data_key', '\\x00'::bytea, 'nonce', '\\x000000000000000000000000'::bytea,
       'key_id', (select id from encryption_keys order by id limit 1), 'scan_status', 'PENDING',
       'status', 'ENCRYPTED', 'created_at', now(), 'updated_at', now(), 'uploaded_by_id', coalesce(
         (select user_id from user_sessions where token_hash = sha256($2::bytea)),
         (select owner_user_id from api_keys where key_hash = sha256($2::bytea)))) || $3)).*
     returning id`,
    [patientId, token ?? '', columns],
  );
  return rows[0]?.id ?? '';
}
