import pg from 'pg';
import type { CatalogEntry, DatabaseCatalog } from '../catalog/read-catalog.ts';
import { calledOf, nameOf, onTable, replacing, type StatementWriter } from './statement-writer.ts';
import { isIdentity, ownerOf } from './table-statements.ts';

/** What can be replaced, and what is said of other things: owners, rights, comments. */
export const OBJECT_WRITERS: Readonly<Record<string, StatementWriter>> = {
  function: routine('FUNCTION'),
  procedure: routine('PROCEDURE'),
  view: replacing(viewOf('VIEW'), (called) => `DROP VIEW ${called}`),
  'materialized view': replacing(
    viewOf('MATERIALIZED VIEW'),
    (called) => `DROP MATERIALIZED VIEW ${called}`,
  ),
  trigger: onTable(
    replacing(triggerOf, (_, it) => `DROP TRIGGER ${nameOf(it)} ON ${it.table ?? ''}`),
  ),
  policy: onTable(replacing(policyOf, (_, it) => `DROP POLICY ${nameOf(it)} ON ${it.table ?? ''}`)),
  owner: ({ old, wanted }, { to }) => {
    if (wanted === null) return [];
    const [, word = '', called = ''] =
      /^owner of (materialized view|\w+) (.*)$/.exec(wanted.identity) ?? [];
    const sequence = old === null ? to.get(`sequence ${called}`) : undefined;
    const owner = sequence === undefined ? undefined : ownerOf(sequence);
    if (owner !== undefined) {
      return isIdentity(owner, to) ? [] : [`ALTER SEQUENCE ${called} OWNED BY ${owner}`];
    }
    return [`ALTER ${word.toUpperCase()} ${called} OWNER TO ${wanted.definition}`];
  },
  rights: ({ old, wanted, entry }, { to }) => {
    const [, role = '', kind = '', called = ''] =
      /^rights of ((?:"(?:[^"]|"")*"|\S+)) on (table|routine|schema|type) (.*)$/.exec(
        entry.identity,
      ) ?? [];
    if (role === '') return null;
    if (wanted === null && !isThere(called, to)) return [];
    // An owner has its rights from the start.
    if (old === null && isOwner(role, called, to)) return [];
    const target = `${kind === 'table' ? '' : `${kind.toUpperCase()} `}${called}`;
    const grants = wanted === null ? [] : wanted.definition.split(', ');
    return [
      ...(old === null ? [] : [`REVOKE ALL ON ${target} FROM ${role}`]),
      ...grants.map((right) => {
        const word = right.replace(' with grant option', '');
        const option = word === right ? '' : ' WITH GRANT OPTION';
        return `GRANT ${word} ON ${target} TO ${role}${option}`;
      }),
    ];
  },
  comment: ({ old, wanted, entry }, { from, to }) => {
    const [, kind = '', called = ''] =
      /^comment on (table constraint|event trigger|materialized view|\w+) (.*)$/.exec(
        entry.identity,
      ) ?? [];
    if (wanted === null && !isThere(called, to)) return [];
    const text = wanted === null ? 'NULL' : pg.escapeLiteral(wanted.definition).trimStart();
    const word = kind === 'table' ? relationWord(called, old === null ? to : from) : kind;
    return [
      `COMMENT ON ${word.replace('table constraint', 'constraint').toUpperCase()} ${called} IS ${text}`,
    ];
  },
};

function routine(word: string): StatementWriter {
  return ({ wanted, entry }) =>
    wanted === null ? [`DROP ${word} ${calledOf(entry)}`] : [wanted.definition.trimEnd()];
}

function viewOf(word: string) {
  return ({ definition }: CatalogEntry, called: string): string[] => {
    const [, query = '', options] = /^([^]*);(\{.*\})?$/.exec(definition) ?? [];
    const given = options === undefined ? '' : ` WITH (${options.slice(1, -1)})`;
    return [`CREATE ${word} ${called}${given} AS ${query}`];
  };
}

const FIRING: Readonly<Record<string, string>> = {
  ...{ D: 'DISABLE', R: 'ENABLE REPLICA', A: 'ENABLE ALWAYS' },
};

/** The catalog's definition ends with when it fires. */
function triggerOf(entry: CatalogEntry): string[] {
  const word = FIRING[entry.definition.slice(-1)];
  return [
    entry.definition.slice(0, -1),
    ...(word === undefined
      ? []
      : [`ALTER TABLE ${entry.table ?? ''} ${word} TRIGGER ${nameOf(entry)}`]),
  ];
}

const COMMANDS: Readonly<Record<string, string>> = {
  ...{ '*': 'ALL', r: 'SELECT', a: 'INSERT', w: 'UPDATE', d: 'DELETE' },
};

function policyOf(entry: CatalogEntry): string[] {
  const [, command = '', permissive, roles = '', using = '', check = ''] =
    /^(.) ([tf]) (\{.*?\})? ?using ([^]*?) check ([^]*)$/.exec(entry.definition) ?? [];
  const to = roles === '' ? 'PUBLIC' : roles.slice(1, -1);
  return [
    [
      `CREATE POLICY ${nameOf(entry)} ON ${entry.table ?? ''}`,
      permissive === 't' ? 'AS PERMISSIVE' : 'AS RESTRICTIVE',
      `FOR ${COMMANDS[command] ?? 'ALL'} TO ${to}`,
      ...(using === '' ? [] : [`USING (${using})`]),
      ...(check === '' ? [] : [`WITH CHECK (${check})`]),
    ].join(' '),
  ];
}

/** PostgreSQL knows views, indexes and sequences as relations, and their comments by the right word. */
function relationWord(called: string, side: DatabaseCatalog): string {
  const kinds = ['view', 'materialized view', 'index', 'sequence'];
  return kinds.find((kind) => side.has(`${kind} ${called}`)) ?? 'table';
}

function isOwner(role: string, called: string, side: DatabaseCatalog): boolean {
  const words = ['table', 'sequence', 'view', 'materialized view', 'routine'];
  return words.some((word) => side.get(`owner of ${word} ${called}`)?.definition === role);
}

/** Tells whether what rights or comments are of is there. */
function isThere(called: string, side: DatabaseCatalog): boolean {
  const kinds = /^(rights|comment|owner) /;
  return [...side.keys()].some((it) => it.endsWith(` ${called}`) && !kinds.test(it));
}
