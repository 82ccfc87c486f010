/** What a code of `health` means; `docs/health.md` says the same. */
export interface HealthCodeMeaning {
  readonly meaning: string;
  readonly why: string;
  readonly remedy: string;
}

/** Every code that `health` can find. */
export const HEALTH_CODES = {
  ANSWER_SLOW: {
    meaning: 'The server takes more than a quarter of a second to answer an empty question.',
    why: 'Each statement of an application waits at least as long.',
    remedy: 'Run the application nearer to the server, and see whether the server is overloaded.',
  },
  CONNECTIONS_SCARCE: {
    meaning: 'More than four of five of the connections that the server allows are taken.',
    why: 'When none is left, applications and the administrator’s own session are turned away.',
    remedy: 'Lower the size of the applications’ pools, or put a pooler before the server.',
  },
  REPLICA_BEHIND: {
    meaning: 'A replica has not replayed what the primary wrote long ago.',
    why: 'Reads there are stale, and what it lacks is lost if the primary is.',
    remedy: 'See what keeps it: a long query there, its disk, or the network.',
  },
  REPLICA_UNREACHED: {
    meaning: 'A replica receives nothing from its primary.',
    why: 'Its rows grow older, and it is no safeguard while that lasts.',
    remedy: 'Look at primary_conninfo and the log of the replica.',
  },
  SLOT_KEEPS_LOG: {
    meaning: 'A replication slot keeps log files that nobody fetches.',
    why: 'They fill the disk of the primary, which then stops.',
    remedy: 'Let its reader connect again, or drop the slot where there is none any more.',
  },
  TRANSACTION_LONG: {
    meaning: 'A transaction has been open for more than five minutes.',
    why: 'It keeps its locks, and vacuum from removing any row that died since.',
    remedy: 'Let it end, or end it.',
  },
  TRANSACTION_IDLE: {
    meaning: 'A session has done nothing for over a minute in the midst of a transaction.',
    why: 'It keeps locks and dead rows for nothing; mostly the application forgot it.',
    remedy: 'End it, and set idle_in_transaction_session_timeout for the role.',
  },
  TRANSACTION_PREPARED: {
    meaning: 'A prepared transaction has waited for more than five minutes to be ended.',
    why: 'It keeps its locks across restarts, and belongs to no session.',
    remedy: 'Commit it or roll it back, in its own database.',
  },
  SESSION_BLOCKED: {
    meaning: 'A session waits for a lock.',
    why: 'Whoever wants the same lock waits behind it.',
    remedy: 'Let the session that holds the lock end, or end it.',
  },
  WRAPAROUND_NEAR: {
    meaning: 'Transaction numbers are used up faster than vacuum frees them.',
    why: 'The server refuses all writes before they run out.',
    remedy: 'End what holds vacuum back, and vacuum the oldest tables.',
  },
  MULTIXACT_WRAPAROUND_NEAR: {
    meaning: 'Numbers of shared row locks are used up faster than vacuum frees them.',
    why: 'The server refuses all writes that need one before they run out.',
    remedy: 'End what holds vacuum back, and vacuum the oldest tables.',
  },
  ROWS_DEAD: {
    meaning: 'More than a fifth of a table are dead rows.',
    why: 'Every scan reads them, and the table grows although its rows do not.',
    remedy: 'Vacuum it; let autovacuum come sooner to large tables.',
  },
  STATISTICS_MISSING: {
    meaning: 'A table with rows was never analysed.',
    why: 'The planner guesses, and may choose a plan that takes hours.',
    remedy: 'Analyse it.',
  },
  CACHE_SMALL: {
    meaning: 'Fewer than nine of ten pages are found in the server’s own memory.',
    why: 'The others come from the system or the disk, which takes longer.',
    remedy:
      'Look for scans without an index with `slow`; raise shared_buffers to a quarter of memory.',
  },
  INDEX_INVALID: {
    meaning: 'An index was not built to its end.',
    why: 'Writes maintain it, and no query uses it; a unique one may be believed in vain.',
    remedy: 'Build it anew.',
  },
  INDEX_DUPLICATE: {
    meaning: 'Two indexes of a table are the same.',
    why: 'Each write maintains both, and queries need one.',
    remedy: 'Drop one, by a migration where the schema made it.',
  },
  INDEX_UNUSED: {
    meaning: 'No query has used a large index since the statistics began, more than a week ago.',
    why: 'Each write maintains it.',
    remedy: 'See that no replica uses it, then drop it, by a migration where the schema made it.',
  },
  FOREIGN_KEY_UNINDEXED: {
    meaning: 'No index begins with the columns of a foreign key.',
    why: 'Each delete of a row that is referred to scans the whole table, and joins do.',
    remedy: 'Create one, by a migration.',
  },
  SEQUENCE_NEAR_END: {
    meaning: 'A sequence, or the column that it fills, has used seven tenths of its numbers.',
    why: 'At the end every insert fails.',
    remedy: 'Make sequence and column bigint, by a migration: the table is written anew.',
  },
  FSYNC_OFF: {
    meaning: 'The server does not wait until the disk has what it wrote.',
    why: 'A crash of the machine may destroy every database of the server.',
    remedy: 'Switch it on, unless all of the data may be lost.',
  },
  FULL_PAGE_WRITES_OFF: {
    meaning: 'Pages that a crash tears are not restored.',
    why: 'They stay corrupt, and may be noticed months later.',
    remedy: 'Switch it on, unless all of the data may be lost.',
  },
  COMMIT_ASYNCHRONOUS: {
    meaning: 'Commits are reported before they are on the disk.',
    why: 'A crash loses rows that applications believe are kept.',
    remedy: 'Switch it on; single transactions that may be lost can switch it off.',
  },
  CHECKSUMS_OFF: {
    meaning: 'Pages have no checksums.',
    why: 'Damage by a disk is read as if it were data, and goes into the backups.',
    remedy: 'Stop the server, and run `pg_checksums --enable` on its data directory.',
  },
  CHECKSUMS_FAILED: {
    meaning: 'The server has read pages whose checksum was wrong.',
    why: 'The disk or the memory damages data.',
    remedy: 'Take a copy of the data directory, then restore a backup onto another machine.',
  },
  DAMAGE_HIDDEN: {
    meaning: 'The server is set to go on over damaged pages.',
    why: 'Rows vanish in silence.',
    remedy: 'Reset the setting, which is for rescues only.',
  },
  AUTOVACUUM_OFF: {
    meaning: 'Autovacuum, or the counting that it needs, is switched off.',
    why: 'Dead rows stay, plans grow wrong, and transaction numbers run out.',
    remedy: 'Switch it on.',
  },
  PASSWORDS_WEAK: {
    meaning: 'Passwords are stored as MD5.',
    why: 'Such a hash is as good as the password to whoever reads it.',
    remedy: 'Store them as scram-sha-256, and set the passwords of these roles again.',
  },
  LOGIN_UNGUARDED: {
    meaning:
      'A rule of pg_hba.conf lets other hosts in without a password, or takes it in the clear.',
    why: 'Whoever reaches the port is in, or reads the password on the way.',
    remedy: 'Let the rule say `hostssl` and `scram-sha-256`, and reload the server.',
  },
  TLS_OFF: {
    meaning: 'A session from another host is not encrypted.',
    why: 'Whoever can read the network reads every row.',
    remedy: 'Switch TLS on, say `sslmode=verify-full` in the URLs, and `hostssl` in pg_hba.conf.',
  },
  ROLE_TOO_POWERFUL: {
    meaning: 'A role that the rights on its tables are to bind has more than those.',
    why: 'Neither row security nor any right on a table holds it back.',
    remedy:
      'Take that away; `pnpm migrator roles sync` gives tables to their owner and sets the rights again.',
  },
  APPEND_ONLY_OPEN: {
    meaning: 'A role may change rows of a table that is only to be added to.',
    why: 'What happened can be made not to have happened.',
    remedy: 'Take the right away: `pnpm migrator roles sync` does for the roles that it keeps.',
  },
  SCHEMA_OPEN: {
    meaning: 'Everybody may create in a schema, as in `public` before PostgreSQL 15.',
    why: 'A function made there can be taken for one of the schema’s own.',
    remedy: 'Close it: `pnpm migrator roles sync` does for `public`.',
  },
} as const satisfies Readonly<Record<string, HealthCodeMeaning>>;

/** A code of `health`. */
export type HealthCode = keyof typeof HEALTH_CODES;
