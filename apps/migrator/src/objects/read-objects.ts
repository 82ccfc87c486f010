import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type { Workspace } from '../environment/workspace.ts';
import { objectInvalid } from '../errors.ts';
import { sha256 } from '../history/checksum.ts';
import { decodeScript } from '../history/decode-script.ts';
import { generateObjects } from './generate-objects.ts';
import type { NeededTable, SqlObject } from './sql-object.ts';

interface ObjectFile {
  readonly object: SqlObject;
  /** The files it needs, as `domain/file.sql`. */
  readonly files: readonly string[];
}

/**
 * Reads every SQL object in the order in which they can be applied: the generated ones, then the
 * packages' own in domain order, each after those that its `-- @needs domain/file.sql` lines name.
 *
 * @throws CodedError `MIGRATOR.OBJECT_INVALID`
 */
export function readObjects(workspace: Workspace, manifest: SchemaManifest): SqlObject[] {
  const files = new Map<string, ObjectFile>();
  for (const { name, directory } of manifest.domains) {
    const folder = path.join(workspace.root, directory, 'sql');
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder)
      .filter((file) => file.endsWith('.sql'))
      .sort()) {
      files.set(
        `${name}/${entry}`,
        readObject(path.join(folder, entry), `${directory}/sql/${entry}`, manifest),
      );
    }
  }
  return [...generateObjects(manifest), ...inGroups(inOrder(files))];
}

function readObject(place: string, file: string, manifest: SchemaManifest): ObjectFile {
  const sql = decodeScript(readFileSync(place));
  if (sql === null) throw objectInvalid(file, 'It is not UTF-8, or holds a NUL.');
  const words = [...sql.matchAll(/^-- @needs (\S+)[ \t]*\r?$/gm)].map((match) => match[1] ?? '');
  const needs = words.filter((word) => !word.endsWith('.sql'));
  return {
    object: {
      file,
      sql,
      hash: sha256(sql.replaceAll('\r\n', '\n')),
      needs: needs.map((word) => neededTable(word, file, manifest)),
      group: file,
    },
    files: words.filter((word) => word.endsWith('.sql')),
  };
}

function neededTable(word: string, file: string, manifest: SchemaManifest): NeededTable {
  const [modelName = '', fieldName] = word.split('.');
  const model = manifest.models.find(({ name }) => name === modelName);
  if (model === undefined) {
    throw objectInvalid(file, `It needs ${modelName}, and there is no such model.`);
  }
  if (fieldName === undefined) return { table: model.table, column: null };
  const field = model.fields.find(({ name }) => name === fieldName);
  if (field === undefined) {
    throw objectInvalid(file, `It needs ${word}, and ${modelName} has no such field.`);
  }
  return { table: model.table, column: field.column };
}

function inOrder(files: ReadonlyMap<string, ObjectFile>): ObjectFile[] {
  const ordered: ObjectFile[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (key: string, from: string) => {
    const entry = files.get(key);
    if (entry === undefined)
      throw objectInvalid(from, `It needs ${key}, and there is no such file.`);
    if (state.get(key) === 'done') return;
    if (state.get(key) === 'open') throw objectInvalid(from, `It and ${key} need each other.`);
    state.set(key, 'open');
    for (const need of entry.files) visit(need, entry.object.file);
    state.set(key, 'done');
    ordered.push({
      object: entry.object,
      files: entry.files.map((need) => files.get(need)?.object.file ?? need),
    });
  };
  for (const key of files.keys()) visit(key, key);
  return ordered;
}

/** Gives files that need each other one group, and keeps their order. */
function inGroups(ordered: readonly ObjectFile[]): SqlObject[] {
  const groups = new Map<string, string>();
  for (const { object, files } of ordered) {
    groups.set(object.file, object.file);
    const joined = new Set(files.map((file) => groups.get(file)));
    for (const [file, group] of groups) if (joined.has(group)) groups.set(file, object.file);
  }
  return ordered.map(({ object }) => ({
    ...object,
    group: groups.get(object.file) ?? object.file,
  }));
}
