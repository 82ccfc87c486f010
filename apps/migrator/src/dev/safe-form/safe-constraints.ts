import pg from 'pg';
import type { SchemaCatalog } from '../schema-catalog.ts';
import { derivedName } from './derived-name.ts';
import type { Change } from './read-changes.ts';
import { buildIndex } from './safe-indexes.ts';
import type { Step } from './step.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

const CONSTRAIN = { phase: 'constrain', topic: 'constraints', isAlone: false } as const;
const VALIDATE = { phase: 'validate', topic: 'validate', isAlone: false } as const;

const validate = (table: string, name: string) =>
  `-- ValidateConstraint\nALTER TABLE ${quote(table)} VALIDATE CONSTRAINT ${quote(name)};`;

/** A check or foreign key that holds for new rows first; old ones are read while others write. */
export function validateLater({ table, name, head, text }: Change): Step[] {
  const ending = /\bnot\s+valid$/i.test(text) ? '' : ' NOT VALID';
  const add = `-- AddConstraint\n${head} ${text}${ending};`;
  const drop = `-- DropConstraint\n${head} DROP CONSTRAINT ${quote(name)};`;
  return [
    { ...CONSTRAIN, up: [add], down: [drop] },
    // Nothing takes a proof back but doing without it.
    { ...VALIDATE, up: [validate(table, name)], down: [drop, add] },
  ];
}

/** A column that becomes required: a validated check spares the server to read the table under lock. */
export function requireColumn({ table, name, head }: Change): Step[] {
  const check = derivedName([table, name], 'required');
  const add = `-- AddConstraint\n${head} ADD CONSTRAINT ${quote(check)} CHECK (${quote(name)} IS NOT NULL) NOT VALID;`;
  const drop = `${head} DROP CONSTRAINT ${quote(check)};`;
  return [
    { ...CONSTRAIN, up: [add], down: [`-- DropConstraint\n${drop}`] },
    { ...VALIDATE, up: [validate(table, check)], down: [] },
    {
      ...{ ...VALIDATE, phase: 'settle' },
      up: [`-- AlterTable\n${head} ALTER COLUMN ${quote(name)} SET NOT NULL;\n${drop}`],
      down: [`-- AlterTable\n${head} ALTER COLUMN ${quote(name)} DROP NOT NULL;`, add],
    },
  ];
}

/** A key over an index that was built before it; one that it replaces serves until then. */
export function addKey({ table, name, head, text }: Change, before: SchemaCatalog): Step[] {
  const old = before.constraints.get(`${table}.${name}`);
  const index = old === undefined ? name : derivedName([name], 'next');
  const [, kind = '', columns = ''] =
    /\b(PRIMARY\s+KEY|UNIQUE(?:\s+NULLS\s+NOT\s+DISTINCT)?)\s*(\([^]*\))/i.exec(text) ?? [];
  const nulls = /nulls/i.test(kind) ? ' NULLS NOT DISTINCT' : '';
  const word = /^primary/i.test(kind) ? 'PRIMARY KEY' : 'UNIQUE';
  const build = `CREATE UNIQUE INDEX ${quote(index)} ON ${quote(table)} ${columns}${nulls}`;
  const drop = `DROP CONSTRAINT ${quote(name)}`;
  return [
    buildIndex(build, index),
    {
      ...CONSTRAIN,
      up: [
        `-- AddConstraint\n${head} ${old === undefined ? '' : `${drop},\n`}ADD CONSTRAINT ${quote(name)} ${word} USING INDEX ${quote(index)};`,
      ],
      down: [
        `-- DropConstraint\n${head} ${drop}${old === undefined ? '' : `,\nADD CONSTRAINT ${quote(name)} ${old.definition}`};`,
        `-- CreateIndex\n${build};`,
      ],
    },
  ];
}
