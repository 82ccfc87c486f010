import type { Bump, Rollout } from './change.ts';

/** What a kind of change means for the two that read a schema. */
export interface Rule {
  /** For code that uses the generated client. */
  readonly client: Bump;
  /** For the release that is running when the migration goes out. */
  readonly rollout: Rollout;
  /** Why code notices. */
  readonly explanation: string;
  /** Why the running release notices. */
  readonly running: string;
}

const rules = {
  MODEL_ADDED: {
    client: 'minor',
    rollout: 'before',
    explanation: "A model is new: nobody's code knows it.",
    running: 'The running release never reads the table.',
  },
  MODEL_REMOVED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Code that uses the model does not compile.',
    running: 'The running release still reads the table.',
  },
  MODEL_REMOVED_AFTER_SUNSET: {
    client: 'minor',
    rollout: 'after',
    explanation: 'The model was deprecated, and its sunset version is reached.',
    running: 'The running release may still read the table.',
  },
  MODEL_RENAMED: {
    client: 'major',
    rollout: 'any',
    explanation: 'Code names the model by its old name.',
    running: 'The table keeps its name.',
  },
  TABLE_RENAMED: {
    client: 'patch',
    rollout: 'together',
    explanation: "The client hides the table's name.",
    running: 'The running release reads the old name, the next one the new.',
  },
  STORED_OTHERWISE: {
    client: 'major',
    rollout: 'together',
    explanation: 'A view takes no rows, and a table has those that are written to it alone.',
    running: 'The running release reads, or writes, what is no longer there.',
  },
  MODEL_MOVED_AWAY: {
    client: 'major',
    rollout: 'any',
    explanation: 'The model now belongs to another package.',
    running: 'The table stays as it is.',
  },
  MODEL_MOVED_HERE: {
    client: 'minor',
    rollout: 'any',
    explanation: 'The model comes from another package.',
    running: 'The table stays as it is.',
  },
  MODEL_INTERNAL: {
    client: 'major',
    rollout: 'any',
    explanation: 'Other domains may no longer refer to the model.',
    running: 'The database does not know of it.',
  },
  MODEL_OPENED: {
    client: 'minor',
    rollout: 'any',
    explanation: 'Other domains may refer to the model.',
    running: 'The database does not know of it.',
  },
  MODEL_HIDDEN: {
    client: 'major',
    rollout: 'any',
    explanation: 'Code that uses the model does not compile.',
    running: 'The table stays as it is.',
  },
  MODEL_SHOWN: {
    client: 'minor',
    rollout: 'any',
    explanation: 'Code can use a model that it could not.',
    running: 'The table stays as it is.',
  },
  MODEL_IMMUTABLE: {
    client: 'major',
    rollout: 'after',
    explanation: 'Updates and deletes are refused.',
    running: 'The running release may still write them.',
  },
  MODEL_MUTABLE: {
    client: 'minor',
    rollout: 'before',
    explanation: 'Updates and deletes are allowed.',
    running: 'The running release writes none.',
  },
  RETENTION_CHANGED: {
    client: 'minor',
    rollout: 'any',
    explanation: 'How long rows are kept changes.',
    running: 'No statement changes.',
  },
  PARTITIONING_CHANGED: {
    client: 'patch',
    rollout: 'together',
    explanation: 'The client hides partitions.',
    running: 'The table is rebuilt.',
  },
  ROW_SECURITY_ADDED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Rows are hidden from code that names nobody who may see them.',
    running: 'The running release may set no identity for this table.',
  },
  ROW_SECURITY_REMOVED: {
    client: 'minor',
    rollout: 'any',
    explanation: 'Rows are no longer guarded.',
    running: 'The running release sees the same rows or more.',
  },
  FIELD_ADDED: {
    client: 'minor',
    rollout: 'before',
    explanation: 'A field is new, and creating a row does not need it.',
    running: 'The running release neither reads nor writes the column.',
  },
  REQUIRED_FIELD_ADDED: {
    client: 'major',
    rollout: 'together',
    explanation: 'Creating a row needs the new field.',
    running: 'The running release inserts rows without it.',
  },
  CLIENT_DEFAULT_FIELD_ADDED: {
    client: 'minor',
    rollout: 'together',
    explanation: 'The client fills the new field by itself.',
    running: 'The running release inserts rows without it, and the database has no default.',
  },
  FIELD_REMOVED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Code that uses the field does not compile.',
    running: 'The running release still reads the column.',
  },
  REQUIRED_FIELD_REMOVED: {
    client: 'major',
    rollout: 'together',
    explanation: 'Code that uses the field does not compile.',
    running: 'The running release reads the column, and the next one inserts rows without it.',
  },
  FIELD_REMOVED_AFTER_SUNSET: {
    client: 'minor',
    rollout: 'after',
    explanation: 'The field was deprecated, and its sunset version is reached.',
    running: 'The running release may still read the column.',
  },
  FIELD_HIDDEN: {
    client: 'major',
    rollout: 'any',
    explanation: 'Code that reads or writes the field does not compile.',
    running: 'The column stays as it is.',
  },
  FIELD_SHOWN: {
    client: 'minor',
    rollout: 'any',
    explanation: 'Code can use a field that it could not.',
    running: 'The column stays as it is.',
  },
  FIELD_RENAMED: {
    client: 'major',
    rollout: 'any',
    explanation: 'Code names the field by its old name.',
    running: 'The column keeps its name.',
  },
  COLUMN_RENAMED: {
    client: 'patch',
    rollout: 'together',
    explanation: "The client hides the column's name.",
    running: 'The running release reads the old name, the next one the new.',
  },
  FIELD_OPTIONAL: {
    client: 'major',
    rollout: 'before',
    explanation: 'What is read may be null.',
    running: 'Rows may have no value, which the running release does not write.',
  },
  FIELD_REQUIRED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Null is no longer accepted.',
    running: 'The running release may still write null.',
  },
  FIELD_TYPE_CHANGED: {
    client: 'major',
    rollout: 'together',
    explanation: 'The type in code is another.',
    running: 'The running release reads and writes the old type.',
  },
  FIELD_LIST_CHANGED: {
    client: 'major',
    rollout: 'together',
    explanation: 'One value becomes a list, or a list one value.',
    running: 'The running release reads and writes the old shape.',
  },
  DATABASE_TYPE_WIDENED: {
    client: 'minor',
    rollout: 'before',
    explanation: 'What is read may be larger or longer than before.',
    running: 'Every value that the running release writes is accepted.',
  },
  DATABASE_TYPE_NARROWED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Values that were accepted are refused.',
    running: 'The running release may still write them.',
  },
  DATABASE_TYPE_CHANGED: {
    client: 'major',
    rollout: 'together',
    explanation: 'The column holds values of another kind.',
    running: 'The running release reads and writes the old kind.',
  },
  DEFAULT_ADDED: {
    client: 'minor',
    rollout: 'before',
    explanation: 'Creating a row no longer needs the field.',
    running: 'The running release writes a value anyway.',
  },
  DEFAULT_REMOVED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Creating a row needs the field.',
    running: 'The running release may rely on the default.',
  },
  DEFAULT_CHANGED: {
    client: 'minor',
    rollout: 'any',
    explanation: 'Rows that name no value get another.',
    running: 'Either value is valid for both.',
  },
  DEFAULT_ENTERS_DATABASE: {
    client: 'minor',
    rollout: 'before',
    explanation: 'The database gives the value that the client gave.',
    running:
      'The running release writes a value anyway; the next one may leave it to the database.',
  },
  DEFAULT_LEAVES_DATABASE: {
    client: 'minor',
    rollout: 'after',
    explanation: 'The client gives the value that the database gave.',
    running: 'The running release may leave the value to the database.',
  },
  GENERATED_CHANGED: {
    client: 'minor',
    rollout: 'together',
    explanation: 'The database computes the field anew.',
    running: 'The running release and the next read different values.',
  },
  FIELD_GENERATED: {
    client: 'major',
    rollout: 'together',
    explanation: 'The field can no longer be written.',
    running: 'The running release may still write it.',
  },
  FIELD_NOT_GENERATED: {
    client: 'major',
    rollout: 'together',
    explanation: 'The database no longer fills the field.',
    running: 'The running release does not write it.',
  },
  FIELD_ENCRYPTED: {
    client: 'major',
    rollout: 'together',
    explanation: 'The field can no longer be compared, ordered or updated in bulk.',
    running: 'The running release reads ciphertext as if it were the value.',
  },
  FIELD_DECRYPTED: {
    client: 'major',
    rollout: 'together',
    explanation: 'The field is stored in the clear.',
    running: 'The running release takes values for ciphertext.',
  },
  BLIND_INDEX_ADDED: {
    client: 'minor',
    rollout: 'before',
    explanation: 'The field can be searched for equality.',
    running: 'The running release does not search it.',
  },
  BLIND_INDEX_REMOVED: {
    client: 'major',
    rollout: 'after',
    explanation: 'The field can no longer be searched.',
    running: 'The running release may still search it.',
  },
  CLASSIFICATION_RAISED: {
    client: 'minor',
    rollout: 'any',
    explanation: 'The field is more protected: logs and exports mask it.',
    running: 'No statement changes.',
  },
  CLASSIFICATION_LOWERED: {
    client: 'minor',
    rollout: 'any',
    explanation: 'The field is less protected: somebody should have agreed.',
    running: 'No statement changes.',
  },
  RELATION_ADDED: {
    client: 'minor',
    rollout: 'before',
    explanation: 'Code can follow a relation that it could not.',
    running: 'The running release does not follow it.',
  },
  RELATION_REMOVED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Code that follows the relation does not compile.',
    running: 'The running release may still follow it.',
  },
  RELATION_RENAMED: {
    client: 'major',
    rollout: 'any',
    explanation: 'Code follows the relation by its old name.',
    running: 'The database does not know the name.',
  },
  RELATION_TARGET_CHANGED: {
    client: 'major',
    rollout: 'together',
    explanation: 'The relation leads elsewhere.',
    running: 'The running release writes keys of the old target.',
  },
  RELATION_CARDINALITY_CHANGED: {
    client: 'major',
    rollout: 'after',
    explanation: 'One becomes many, many one, or what was there may be missing.',
    running: 'The running release may still write the old number.',
  },
  JOIN_TABLE_RENAMED: {
    client: 'patch',
    rollout: 'together',
    explanation: 'Code follows the relation by the same name.',
    running: 'The running release reads and writes the old table between the two.',
  },
  FOREIGN_KEY_ADDED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Keys that lead nowhere are refused.',
    running: 'The running release may still write them.',
  },
  REFERENTIAL_ACTION_CHANGED: {
    client: 'minor',
    rollout: 'any',
    explanation: 'Deleting or changing a target does something else to its rows.',
    running: 'The running release gets the new behaviour.',
  },
  REFERENTIAL_ACTION_TIGHTENED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Deleting or changing a target that rows lead to is refused.',
    running: 'The running release may still do it.',
  },
  PRIMARY_KEY_CHANGED: {
    client: 'major',
    rollout: 'together',
    explanation: 'Rows are found by another key.',
    running: 'The running release finds rows by the old key.',
  },
  SELECTOR_RENAMED: {
    client: 'major',
    rollout: 'any',
    explanation: 'Code finds rows by the old name of the key.',
    running: 'The database does not know the name.',
  },
  UNIQUE_ADDED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Duplicates that were accepted are refused.',
    running: 'The running release may still write them.',
  },
  UNIQUE_REMOVED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Rows can no longer be found by it, nor upserted.',
    running: 'The running release may still upsert by it.',
  },
  PARTIAL_UNIQUE_REMOVED: {
    client: 'patch',
    rollout: 'after',
    explanation: 'Duplicates are accepted.',
    running: 'The running release may rely on being refused.',
  },
  INDEX_ADDED: {
    client: 'patch',
    rollout: 'any',
    explanation: 'Only time changes.',
    running: 'Only time changes.',
  },
  INDEX_REMOVED: {
    client: 'patch',
    rollout: 'after',
    explanation: 'Only time changes.',
    running: 'The running release may need it to be fast.',
  },
  INDEX_CHANGED: {
    client: 'patch',
    rollout: 'any',
    explanation: 'Only time changes.',
    running: 'Only time changes.',
  },
  CHECK_ADDED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Values that were accepted are refused.',
    running: 'The running release may still write them.',
  },
  CHECK_CHANGED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Values that were accepted may be refused.',
    running: 'The running release may still write them.',
  },
  CHECK_REMOVED: {
    client: 'patch',
    rollout: 'before',
    explanation: 'More values are accepted.',
    running: 'The running release writes none of them.',
  },
  EXCLUSION_ADDED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Rows that were accepted are refused.',
    running: 'The running release may still write them.',
  },
  EXCLUSION_CHANGED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Rows that were accepted may be refused.',
    running: 'The running release may still write them.',
  },
  EXCLUSION_REMOVED: {
    client: 'patch',
    rollout: 'before',
    explanation: 'More rows are accepted.',
    running: 'The running release writes none of them.',
  },
  ENUM_ADDED: {
    client: 'minor',
    rollout: 'before',
    explanation: "An enum is new: nobody's code knows it.",
    running: 'The running release never reads it.',
  },
  ENUM_REMOVED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Code that uses the enum does not compile.',
    running: 'The running release still reads it.',
  },
  ENUM_RENAMED: {
    client: 'major',
    rollout: 'any',
    explanation: 'Code names the enum by its old name.',
    running: 'The type in the database keeps its name.',
  },
  ENUM_TYPE_RENAMED: {
    client: 'patch',
    rollout: 'together',
    explanation: "The client hides the type's name.",
    running: 'The running release casts to the old name.',
  },
  ENUM_VALUE_ADDED: {
    client: 'minor',
    rollout: 'before',
    explanation: 'Code may meet a value that it does not know.',
    running: 'The running release cannot read the value: write it when no process of it is left.',
  },
  ENUM_VALUE_REMOVED: {
    client: 'major',
    rollout: 'after',
    explanation: 'Code that uses the value does not compile.',
    running: 'The running release may still write it.',
  },
  ENUM_VALUE_REMOVED_AFTER_SUNSET: {
    client: 'minor',
    rollout: 'after',
    explanation: 'The value was deprecated, and its sunset version is reached.',
    running: 'The running release may still write it.',
  },
  ENUM_VALUE_RENAMED: {
    client: 'major',
    rollout: 'any',
    explanation: 'Code names the value by its old name.',
    running: 'The value in the database keeps its name.',
  },
  ENUM_VALUE_STORED_ANEW: {
    client: 'patch',
    rollout: 'together',
    explanation: 'The client hides how the value is stored.',
    running: 'The running release knows the old spelling alone.',
  },
  DEPRECATED: {
    client: 'minor',
    rollout: 'any',
    explanation: 'What is deprecated may be removed from its sunset version on.',
    running: 'No statement changes.',
  },
  DEPRECATION_CHANGED: {
    client: 'patch',
    rollout: 'any',
    explanation: 'What was announced is announced otherwise.',
    running: 'No statement changes.',
  },
  SOFTREF_CHANGED: {
    client: 'patch',
    rollout: 'any',
    explanation: 'Where the id leads is told differently.',
    running: 'No statement changes.',
  },
  DOC_CHANGED: {
    client: 'patch',
    rollout: 'any',
    explanation: 'The words about it changed.',
    running: 'No statement changes.',
  },
} satisfies Record<string, Rule>;

export type RuleCode = keyof typeof rules;

/** Every kind of change, by its code. */
export const RULES: Readonly<Record<RuleCode, Rule>> = rules;

/** Tells whether a text is the code of a rule. */
export function isRuleCode(text: string): text is RuleCode {
  return Object.hasOwn(rules, text);
}
