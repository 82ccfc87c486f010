import type { Node } from '@pgsql/types';
import { backupFailed } from '../../errors.ts';
import { treeOf } from '../../statements/read-statements.ts';

/** What a script of `pg_dump` does, without what sets its session up. */
export interface DumpedStatements {
  readonly structure: string[];
  readonly owners: string[];
  readonly rights: string[];
}

/** Before each entry; not before every such line, since a text of a function may hold one. */
const ENTRY = /\n(?=--\n-- Name: )/;

/**
 * Reads a script that `pg_dump --format=plain` wrote, entry by entry, with PostgreSQL's own grammar.
 * The database's owner becomes `current_user`, so that another role can own what is restored.
 *
 * @throws CodedError `MIGRATOR.BACKUP_FAILED`
 */
export async function readDump(script: string, owner: string): Promise<DumpedStatements> {
  const { parse } = await import('libpg-query');
  const result: DumpedStatements = { structure: [], owners: [], rights: [] };
  let entry = '';
  for (const part of withoutRestriction(script).split(ENTRY)) {
    entry = entry === '' ? part : `${entry}\n${part}`;
    try {
      const { stmts = [] } = await parse(entry);
      const bytes = Buffer.from(entry);
      for (const { stmt, stmt_location: from = 0, stmt_len: length } of stmts) {
        const end = length === undefined ? bytes.length : from + length;
        if (stmt !== undefined) keep(result, stmt, rename(bytes, stmt, { from, end }, owner));
      }
      entry = '';
    } catch {
      // Cut inside a text: it goes on in the next part.
    }
  }
  if (entry !== '') throw backupFailed('What pg_dump wrote is no SQL of PostgreSQL 18 or older.');
  return result;
}

/** Newer versions bar `psql` from commands of its own, by one with a random word. */
function withoutRestriction(script: string): string {
  const [line, word] = /^\\restrict (\S+)\n/m.exec(script) ?? [];
  if (line === undefined) return script;
  const last = `\\unrestrict ${word}\n`;
  const at = script.lastIndexOf(last);
  return script.slice(0, at).replace(line, '') + script.slice(at + last.length);
}

function keep({ structure, owners, rights }: DumpedStatements, node: Node, sql: string): void {
  // Settings and the search path are the session's; a comment on an extension its author's.
  const setting = treeOf(node, 'VariableSetStmt');
  if (setting !== undefined && setting.name !== 'default_table_access_method') return;
  if (treeOf(node, 'SelectStmt') !== undefined) return;
  if (treeOf(node, 'CommentStmt')?.objtype === 'OBJECT_EXTENSION') return;
  if (givesAway(node)) owners.push(sql);
  else if ('GrantStmt' in node || 'AlterDefaultPrivilegesStmt' in node) rights.push(sql);
  else structure.push(sql);
}

function givesAway(node: Node): boolean {
  const commands = treeOf(node, 'AlterTableStmt')?.cmds ?? [];
  return (
    'AlterOwnerStmt' in node ||
    commands.some((it) => treeOf(it, 'AlterTableCmd')?.subtype === 'AT_ChangeOwner')
  );
}

/** A statement's text, with `current_user` wherever its tree names the role. */
function rename(
  script: Buffer,
  node: Node,
  { from, end }: { readonly from: number; readonly end: number },
  role: string,
): string {
  const parts: Buffer[] = [];
  let done = from;
  for (const at of placesOf(node, role).sort((a, b) => a - b)) {
    parts.push(script.subarray(done, at), Buffer.from('current_user'));
    done = at + lengthOfName(script, at, role);
  }
  const text = Buffer.concat([...parts, script.subarray(done, end)]).toString();
  return text.replace(/^(?:\s+|--[^\n]*\n)+/, '').trimEnd();
}

function placesOf(tree: unknown, role: string): number[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const { roletype, rolename, location } = tree as Record<string, unknown>;
  if (roletype === 'ROLESPEC_CSTRING' && rolename === role) return [Number(location)];
  return Object.values(tree).flatMap((it) => placesOf(it, role));
}

function lengthOfName(script: Buffer, at: number, role: string): number {
  if (script[at] !== 0x22) return Buffer.byteLength(role);
  return Buffer.byteLength(`"${role.replaceAll('"', '""')}"`);
}
