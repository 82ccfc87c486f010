/** Which rules of ours find what a rule of squawk is for; none where it is about something else. */
export const COUNTERPARTS: Readonly<Record<string, readonly string[]>> = {
  'adding-field-with-default': ['column-default-volatile', 'column-generated-stored'],
  'adding-foreign-key-constraint': ['foreign-key-checked-at-once'],
  'adding-not-nullable-field': ['not-null-by-scan'],
  'adding-required-field': ['column-not-null-without-default'],
  'adding-serial-primary-key-field': ['primary-key-builds-index'],
  'ban-char-field': ['type-char'],
  'ban-concurrent-index-creation-in-transaction': ['concurrently-not-alone'],
  'ban-drop-column': ['column-dropped'],
  'ban-drop-database': ['database-dropped'],
  'ban-drop-not-null': ['not-null-dropped'],
  'ban-drop-table': ['table-dropped'],
  'ban-truncate-cascade': ['truncate-cascades'],
  'changing-column-type': ['type-change-rewrites', 'enum-swapped'],
  'constraint-missing-not-valid': [
    'foreign-key-checked-at-once',
    'check-checked-at-once',
    'not-null-by-scan',
  ],
  'disallowed-unique-constraint': ['unique-builds-index'],
  'identifier-too-long': ['overlong-name'],
  'prefer-bigint-over-int': ['type-narrow-key'],
  'prefer-bigint-over-smallint': ['type-narrow-key'],
  'prefer-identity': ['type-serial'],
  'prefer-timestamp-tz': ['type-timestamp-without-zone'],
  'renaming-column': ['column-renamed'],
  'renaming-table': ['table-renamed'],
  'require-concurrent-index-creation': ['index-not-concurrent', 'index-on-partitioned-table'],
  'require-concurrent-index-deletion': ['drop-index-not-concurrent'],
  'require-concurrent-partition-detach': ['partition-detached-at-once'],
  'require-concurrent-reindex': ['reindex-not-concurrent'],
  'require-enum-value-ordering': ['enum-value-without-position'],
  'syntax-error': ['syntax-error'],
  'transaction-nesting': ['transaction-control'],
};

/** What squawk is not asked for, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'require-lock-timeout':
    '`deploy` sets it for every migration; a script that takes it away is found by `timeout-off`.',
  'require-statement-timeout': '`deploy` sets it too.',
  'prefer-robust-stmts':
    'A migration is applied whole or not at all; only what runs outside a transaction may be met half done, and that is `not-rerunnable`.',
  'prefer-text-field': "A varchar's length is the schema's word, and widening it writes nothing.",
};

/** Why a rule of squawk speaks up where nothing is to be found here. */
export const NEEDLESS: Readonly<Record<string, string>> = {
  'prefer-bigint-over-int': 'It warns of every int; only numbered keys run out of numbers.',
  'changing-column-type':
    'It does not know the type before, so that it warns of a longer varchar too.',
  'ban-drop-table':
    'It warns of temporary tables, of those that the script made, and of those that are not there.',
  'ban-drop-column': 'It warns of columns that the script added or that are not there.',
  'constraint-missing-not-valid':
    'It warns of keys that take an index that is built, and of keys and exclusions, for which there is no NOT VALID: other rules name the safe form.',
  'adding-field-with-default':
    'It does not know which functions are volatile, and calls `now()` and functions of the database so.',
  'adding-not-nullable-field':
    'It does not know of validated checks and of columns that are NOT NULL already.',
  'ban-drop-not-null': 'It does not know that a column is nullable already, or new.',
  'prefer-timestamp-tz': 'It warns of temporary tables too.',
  'transaction-nesting': 'It takes a COMMIT for the end of an outer transaction.',
};
