import { CodedError } from '@holovitals/errors';

/** The API's connection may do what only the owner may do. */
export function roleTooPowerful(reasons: readonly string[]): CodedError {
  return new CodedError({
    code: 'DATABASE.ROLE_TOO_POWERFUL',
    kind: 'forbidden',
    message: 'The database role of this connection bypasses row security.',
    why: `It ${reasons.join(', and it ')}.`,
    fix: 'Run `pnpm migrator roles sync` and set APP_DATABASE_URL to the application role.',
    details: { reasons },
  });
}

/** Only the primary can write the audit row that a read of a record needs. */
export function replicaRefused(): CodedError {
  return new CodedError({
    code: 'DATABASE.REPLICA_REFUSED',
    kind: 'unavailable',
    message: 'The server of APP_DATABASE_URL is a replica.',
    why: 'Each read of a record writes its audit row in the same transaction, and a replica takes no row.',
    fix: 'Point APP_DATABASE_URL at the primary.',
  });
}

/** Two transactions collided, and this one lost. */
export function transactionConflict(cause: unknown): CodedError {
  return new CodedError({
    code: 'DATABASE.TRANSACTION_CONFLICT',
    kind: 'conflict',
    message: 'The act collided with another one and was undone.',
    why: 'Both touched the same rows at the same time.',
    fix: 'Send the request again.',
    cause,
  });
}

/** No transaction could be opened, or it lasted longer than it may. */
export function transactionUnavailable(cause: unknown): CodedError {
  return new CodedError({
    code: 'DATABASE.TRANSACTION_UNAVAILABLE',
    kind: 'unavailable',
    message: 'The database did not finish the act in time; it was undone.',
    why: 'Every connection was busy, or the transaction reached its limit.',
    fix: 'Send the request again; if it stays so, look at the load of the database.',
    cause,
  });
}

/** `ENCRYPTION_KEY` is no key. */
export function encryptionKeyInvalid(): CodedError {
  return new CodedError({
    code: 'DATABASE.ENCRYPTION_KEY_INVALID',
    kind: 'invalid',
    message: 'The key-encryption key is not one of 32 bytes.',
    why: 'ENCRYPTION_KEY, or the file or variable that is named, must hold 64 hexadecimal digits, or 32 bytes in base64, and no placeholder.',
    fix: 'Run `pnpm migrator env check`; `pnpm migrator env init` writes a new .env where there is none.',
  });
}

/** Encrypted fields were touched without a key. */
export function encryptionKeyMissing(): CodedError {
  return new CodedError({
    code: 'DATABASE.ENCRYPTION_KEY_MISSING',
    kind: 'missing',
    message: 'The act touches encrypted fields, and this client has no encryption key.',
    why: 'Neither ENCRYPTION_KEY nor ENCRYPTION_KEY_FILE nor ENCRYPTION_KMS_KEY_ID is set.',
    fix: 'Set ENCRYPTION_KEY to the key this database was written with.',
  });
}

/** The database was written under another key. */
export function encryptionKeyWrong(): CodedError {
  return new CodedError({
    code: 'DATABASE.ENCRYPTION_KEY_WRONG',
    kind: 'invalid',
    message:
      'The key-encryption key is not the one this database was written with; nothing was written.',
    why: 'What ENCRYPTION_KEY, ENCRYPTION_KEY_FILE or ENCRYPTION_KMS_KEY_ID names does not unwrap the keys that are stored in the database.',
    fix: 'Set it to the key of this database, from your secret store or its backup; after `keys rewrap`, to the one that it named.',
  });
}

/** More than one place is named for the key-encryption key. */
export function encryptionKeyAmbiguous(settings: readonly string[]): CodedError {
  return new CodedError({
    code: 'DATABASE.ENCRYPTION_KEY_AMBIGUOUS',
    kind: 'invalid',
    message: `More than one key-encryption key is named: ${settings.join(', ')}.`,
    why: 'Keys are wrapped by one, and guessing which would write under the wrong one.',
    fix: 'Leave only that which this database was written with.',
    details: { settings },
  });
}

/** The file of the key-encryption key is not one to trust. */
export function encryptionKeyFileRefused(why: string): CodedError {
  return new CodedError({
    code: 'DATABASE.ENCRYPTION_KEY_FILE_REFUSED',
    kind: 'invalid',
    message: 'The file of the key-encryption key is refused.',
    why,
    fix: 'Let it belong to who runs the program, and run `chmod 400` on it.',
  });
}

/** The key service did not do what was asked. */
export function keyServiceUnavailable(why: string): CodedError {
  return new CodedError({
    code: 'DATABASE.KEY_SERVICE_UNAVAILABLE',
    kind: 'unavailable',
    message: 'The key service did not wrap or unwrap a key.',
    why,
    fix: 'See that ENCRYPTION_KMS_KEY_ID, the region and the credentials are right, that they allow kms:Encrypt and kms:Decrypt, and that the service is reached.',
  });
}

/** The data key may not encrypt any more. */
export function encryptionKeyExhausted(): CodedError {
  return new CodedError({
    code: 'DATABASE.ENCRYPTION_KEY_EXHAUSTED',
    kind: 'unavailable',
    message: 'No data key of this database may encrypt any more.',
    why: 'The active one reached 2^32 uses (NIST SP 800-38D, 8.3), or none is active.',
    fix: 'Rotate the data key: `pnpm migrator keys rotate --reason uses-exhausted --yes`.',
  });
}

/** No key of this database has that name. */
export function keyUnknown(alias: string): CodedError {
  return new CodedError({
    code: 'DATABASE.KEY_UNKNOWN',
    kind: 'missing',
    message: `This database has no key ${alias}; nothing was changed.`,
    why: 'Keys are made with the first value that is encrypted, and a version when one is rotated.',
    fix: 'Run `pnpm migrator keys list` for those there are.',
    details: { alias },
  });
}

/** A new version would make useless what the old one wrote. */
export function keyNotRotatable(alias: string, purpose: string): CodedError {
  return new CodedError({
    code: 'DATABASE.KEY_NOT_ROTATABLE',
    kind: 'invalid',
    message: `The key ${alias} cannot be rotated; nothing was changed.`,
    why:
      purpose === 'BLIND_INDEX'
        ? 'Values are found by its hashes, and those of two keys do not meet: every search would miss.'
        : `A key for ${purpose} is not one that writes name by its version.`,
    fix: 'Rotate `data`, `audit-mac` or `audit-signing`; `pnpm migrator keys rewrap` exchanges what wraps them.',
    details: { alias, purpose },
  });
}

/** Another session rotated the key between the plan and the act. */
export function keyRotated(alias: string): CodedError {
  return new CodedError({
    code: 'DATABASE.KEY_ROTATED',
    kind: 'conflict',
    message: `The key ${alias} was changed by another session in the meantime; nothing was done here.`,
    fix: 'Run `pnpm migrator keys list`, and run the command again if it is still wanted.',
    details: { alias },
  });
}

/** The key is in a state that the act does not start from. */
export function keyStateRefused(key: string, status: string): CodedError {
  return new CodedError({
    code: 'DATABASE.KEY_STATE_REFUSED',
    kind: 'conflict',
    message: `The key ${key} is ${status}: it cannot be destroyed; nothing was changed.`,
    why:
      status === 'DESTROYED'
        ? 'It is destroyed already.'
        : 'What still protects is retired first, so that destroying it takes two steps (NIST SP 800-57 part 1, section 7).',
    fix:
      status === 'DESTROYED'
        ? 'Run `pnpm migrator keys list` for the others.'
        : 'Run `pnpm migrator keys rotate --yes`, then `pnpm migrator keys reencrypt`.',
    details: { key, status },
  });
}

/** Somebody may still write under the key. */
export function keyStillWrites(why: string): CodedError {
  return new CodedError({
    code: 'DATABASE.KEY_STILL_WRITES',
    kind: 'conflict',
    message: 'Values may still be written under this key; nothing was changed.',
    why,
    fix: 'Run the command again a little later.',
  });
}

/** Values would be lost with the key. */
export function keyInUse(plan: {
  readonly version: number;
  readonly values: readonly { readonly table: string; readonly values: number }[];
  readonly references: readonly { readonly table: string; readonly rows: number }[];
}): CodedError {
  const { version, values, references } = plan;
  const lost = values.reduce((sum, count) => sum + count.values, 0);
  const named = references.reduce((sum, { rows }) => sum + rows, 0);
  const tables = [...new Set([...values, ...references].map(({ table }) => table))];
  return new CodedError({
    code: 'DATABASE.KEY_IN_USE',
    kind: 'conflict',
    message: `Version ${version} of the data key is in use; nothing was changed.`,
    why: `${lost} value(s) are encrypted under it and ${named} row(s) name it, in ${tables.join(', ')}: nobody could ever read them again.`,
    fix: 'Run `pnpm migrator keys reencrypt` first; only `--accept-data-loss` destroys them with it.',
    details: { version, values, references },
  });
}

/** Another session encrypts values anew. */
export function reencryptionRunning(): CodedError {
  return new CodedError({
    code: 'DATABASE.REENCRYPTION_RUNNING',
    kind: 'conflict',
    message: 'Another session encrypts the values of this database anew; nothing was done here.',
    fix: 'Let it end: `pnpm migrator keys list` tells how far it is.',
  });
}

/** The table holds no ciphertext. */
export function tableUnencrypted(tables: readonly string[]): CodedError {
  return new CodedError({
    code: 'DATABASE.TABLE_UNENCRYPTED',
    kind: 'invalid',
    message: 'The table that --table names holds no encrypted values; nothing was done.',
    why: `Those that do are: ${tables.join(', ')}.`,
    fix: 'Name one of them, or leave the option out.',
  });
}

/** Another session is changing keys. */
export function keysBusy(): CodedError {
  return new CodedError({
    code: 'DATABASE.KEYS_BUSY',
    kind: 'conflict',
    message: 'Another session changes the keys of this database; nothing was done here.',
    fix: 'Let it end, and look with `pnpm migrator keys list` at what it did.',
  });
}

/** A stored value did not open. */
export function ciphertextRefused(
  place: { readonly table: string; readonly column: string; readonly row: string },
  why: string,
  keyVersion?: number,
): CodedError {
  const { table, column, row } = place;
  return new CodedError({
    code: 'DATABASE.CIPHERTEXT_REFUSED',
    kind: 'unavailable',
    message: `The encrypted value of ${table}.${column} in row ${row} cannot be opened.`,
    why,
    fix: 'Restore the value from a backup, and look in the audit log for who wrote it.',
    details: { table, column, row, ...(keyVersion !== undefined && { keyVersion }) },
  });
}

/** A stored content did not open: in which segment, never what was in it. */
export function contentRefused(segment: number): CodedError {
  return new CodedError({
    code: 'DATABASE.CONTENT_REFUSED',
    kind: 'unavailable',
    message: 'The encrypted content cannot be opened.',
    why: `Segment ${segment} was altered, moved or cut off, or it was sealed for another row.`,
    fix: 'Run `pnpm migrator files verify`, and bring the file back from a copy of the folder.',
    details: { segment },
  });
}

/** A query asks of an encrypted field what ciphertext cannot answer. */
export function encryptedFieldRefused(field: string, why: string, fix: string): CodedError {
  return new CodedError({
    code: 'DATABASE.ENCRYPTED_FIELD_REFUSED',
    kind: 'invalid',
    message: `The query cannot use the encrypted field ${field} in this way.`,
    why,
    fix,
    details: { field },
  });
}

/** A rule of the schema refused a value; the rule is named, the value is not. */
export function ruleBroken(constraint: string | undefined, cause: unknown): CodedError {
  return new CodedError({
    code: 'DATABASE.RULE_BROKEN',
    kind: 'invalid',
    message: 'The database refused a value.',
    why:
      constraint === undefined
        ? 'A number, a date or a text is beyond what its column holds.'
        : `It breaks the rule ${constraint}.`,
    fix: 'Correct the value that the rule names.',
    cause,
  });
}

/** Row security refused a row as it was to be written. */
export function rowRefused(cause: unknown): CodedError {
  return new CodedError({
    code: 'DATABASE.ROW_REFUSED',
    kind: 'forbidden',
    message: 'You may not write the row like this.',
    why: 'It would be a row that row security does not let you write or read.',
    fix: 'Leave out what only others may set, such as a confidentiality or a label above your own.',
    cause,
  });
}
