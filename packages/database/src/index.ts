export { anonymous } from './actor/actor.ts';
export { callAs } from './actor/call-as.ts';
export type { Actor, CallFacts } from './actor/actor.ts';
export type { AuditedCall, AuditEvent, AuditSink } from './actor/audit-sink.ts';
export { withActor } from './actor/with-actor.ts';
export type { Transaction } from './actor/with-actor.ts';
export { assertApplicationRole } from './assert-application-role.ts';
export { assertPrimary } from './assert-primary.ts';
export { CONNECTION_LIMITS } from './connection-limits.ts';
export type { ConnectionLimits } from './connection-limits.ts';
export { makeSigningKey, readAuditKeys } from './encryption/audit-keys.ts';
export type { AuditKeys } from './encryption/audit-keys.ts';
export {
  findKeyEncryptionKey,
  openKeyAt,
  rememberUnwrapped,
  requireKeyEncryptionKey,
} from './encryption/key-encryption-key.ts';
export type { KeyEncryptionKey } from './encryption/key-encryption-key.ts';
export { nameParts } from './encryption/blind-index.ts';
export type { FieldCodec } from './encryption/field-codec.ts';
export type { VersionedKey } from './encryption/seal.ts';
export { openStream, sealedSize, sealStream } from './encryption/seal-stream.ts';
export type { ContentKey } from './encryption/seal-stream.ts';
export type { SigningKey } from './encryption/signing-key.ts';
export { createClient } from './create-client.ts';
export type { ClientOptions, Database } from './create-client.ts';
export * from './generated/client/enums.ts';
export { Prisma } from './generated/client/client.ts';
export { countValues } from './keys/count-values.ts';
export type { ValueCount } from './keys/count-values.ts';
export { destroyKey, planDestruction, rewriteKeyTable } from './keys/destroy-key.ts';
export type { Destruction } from './keys/destroy-key.ts';
export { listKeys } from './keys/list-keys.ts';
export type { ListedKey } from './keys/list-keys.ts';
export { reencryptValues } from './keys/reencrypt-values.ts';
export type { ReencryptedTable, Reencryption } from './keys/reencrypt-values.ts';
export { rewrapKeys, tryRewrapping } from './keys/rewrap-keys.ts';
export type { RewrappedKey } from './keys/rewrap-keys.ts';
export { planRotation, rotateKey, ROTATION_REASONS } from './keys/rotate-key.ts';
export type { Rotation, RotationReason } from './keys/rotate-key.ts';
export { verifyValues } from './keys/verify-values.ts';
export type { ValueProof } from './keys/verify-values.ts';
export { manifestEnums, manifestModels } from './manifest-models.ts';
export type { ManifestEnum, ManifestField, ManifestModel } from './manifest-models.ts';
export { rowAsJson } from './statements/row-as-json.ts';
export { StatementRefused } from './statements/statement-refused.ts';
export { migrationsDirectory, schemaManifestPath } from './paths.ts';
