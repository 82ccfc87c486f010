import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type { Workspace } from '../environment/workspace.ts';
import { objectInvalid } from '../errors.ts';
import { sha256 } from '../history/checksum.ts';
import { generateObjects } from './generate-objects.ts';
import type { SqlObject } from './sql-object.ts';

/**
 * Reads every SQL object in the order in which they can be applied: the generated ones, then the
 * packages' own in domain order, each after those that its `-- @needs domain/file.sql` lines name.
 *
 * @throws CodedError `MIGRATOR.OBJECT_INVALID`
 */
export function readObjects(workspace: Workspace, manifest: SchemaManifest): SqlObject[] {
  const files = new Map<string, { object: SqlObject; needs: string[] }>();
  for (const { name, directory } of manifest.domains) {
    const folder = path.join(workspace.root, directory, 'sql');
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder)
      .filter((file) => file.endsWith('.sql'))
      .sort()) {
      const sql = readFileSync(path.join(folder, entry), 'utf8');
      const file = `${directory}/sql/${entry}`;
      files.set(`${name}/${entry}`, {
        object: { file, sql, hash: sha256(sql.replaceAll('\r\n', '\n')) },
        needs: [...sql.matchAll(/^-- @needs (\S+\.sql)\s*$/gm)].map((match) => match[1] ?? ''),
      });
    }
  }
  return [...generateObjects(manifest), ...inOrder(files)];
}

function inOrder(files: ReadonlyMap<string, { object: SqlObject; needs: string[] }>): SqlObject[] {
  const ordered: SqlObject[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (key: string, from: string) => {
    const entry = files.get(key);
    if (entry === undefined)
      throw objectInvalid(from, `It needs ${key}, and there is no such file.`);
    if (state.get(key) === 'done') return;
    if (state.get(key) === 'open') throw objectInvalid(from, `It and ${key} need each other.`);
    state.set(key, 'open');
    for (const need of entry.needs) visit(need, entry.object.file);
    state.set(key, 'done');
    ordered.push(entry.object);
  };
  for (const key of files.keys()) visit(key, key);
  return ordered;
}
