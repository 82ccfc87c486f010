import { parse, type Node } from 'libpg-query';
import type { SqlObject } from '../objects/sql-object.ts';
import { objectInvalid } from '../errors.ts';

/** A routine or view that a file of SQL objects makes. */
export interface MadeName {
  readonly kind: 'routine' | 'view';
  readonly schema: string;
  readonly name: string;
  /** The owner's alone: its file says `-- @internal`. */
  readonly internal: boolean;
}

/**
 * Reads from the syntax tree which routines and views SQL objects make. One name in two files is
 * internal when either says so: what is closed stays closed.
 *
 * @throws CodedError `MIGRATOR.OBJECT_INVALID` for SQL that does not parse
 */
export async function readMadeNames(objects: readonly SqlObject[]): Promise<MadeName[]> {
  const found = new Map<string, MadeName>();
  for (const object of objects) {
    const internal = /^-- @internal\s*$/m.test(object.sql);
    for (const made of await namesIn(object)) {
      const key = JSON.stringify([made.kind, made.schema, made.name]);
      found.set(key, { ...made, internal: internal || found.get(key)?.internal === true });
    }
  }
  return [...found.values()];
}

async function namesIn({ file, sql }: SqlObject): Promise<Omit<MadeName, 'internal'>[]> {
  if (sql.trim() === '') return [];
  const { stmts = [] } = await parse(sql).catch(() => {
    throw objectInvalid(file, 'It is not SQL that PostgreSQL can parse.');
  });
  return stmts.flatMap(({ stmt }) => (stmt === undefined ? [] : nameOf(stmt)));
}

function nameOf(statement: Node): Omit<MadeName, 'internal'>[] {
  if ('CreateFunctionStmt' in statement) {
    return [{ kind: 'routine', ...qualified(statement.CreateFunctionStmt.funcname) }];
  }
  if ('DefineStmt' in statement && statement.DefineStmt.kind === 'OBJECT_AGGREGATE') {
    return [{ kind: 'routine', ...qualified(statement.DefineStmt.defnames) }];
  }
  if ('ViewStmt' in statement) {
    const { schemaname = 'public', relname = '' } = statement.ViewStmt.view ?? {};
    return [{ kind: 'view', schema: schemaname, name: relname }];
  }
  return [];
}

function qualified(parts: readonly Node[] = []): { schema: string; name: string } {
  const words = parts.map((part) => ('String' in part ? (part.String.sval ?? '') : ''));
  return { schema: words.length > 1 ? (words.at(-2) ?? '') : 'public', name: words.at(-1) ?? '' };
}
