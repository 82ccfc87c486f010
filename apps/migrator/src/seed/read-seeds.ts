import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SchemaManifest } from '@holovitals/schema-composer';
import * as z from 'zod';
import type { Workspace } from '../environment/workspace.ts';
import { readCsvRows } from './csv-rows.ts';
import { modelOf, type SeedFile } from './seed-file.ts';

const head = {
  $schema: z.string().optional(),
  model: z.string(),
  key: z.array(z.string()).min(1),
  source: z.string().optional(),
  licence: z.string().optional(),
};
const seedSchema = z.union([
  z.strictObject({ ...head, rows: z.array(z.record(z.string(), z.unknown())) }),
  z.strictObject({ ...head, rowsFile: z.string().regex(/^[^/\\]+\.csv$/) }),
]);

/** Reads every seed file, in domain order, then by name; faults go into `problems`. */
export function readSeeds(
  workspace: Workspace,
  manifest: SchemaManifest,
  problems: string[],
): SeedFile[] {
  return manifest.domains.flatMap(({ directory }) => {
    const folder = path.join(workspace.root, directory, 'seeds');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .flatMap((entry) => {
        const file = `${directory}/seeds/${entry}`;
        return readSeed(workspace, manifest, file, problems) ?? [];
      });
  });
}

function readSeed(
  workspace: Workspace,
  manifest: SchemaManifest,
  file: string,
  problems: string[],
): SeedFile | undefined {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path.join(workspace.root, file), 'utf8'));
  } catch {
    problems.push(`${file}: not JSON.`);
    return undefined;
  }
  const parsed = seedSchema.safeParse(json);
  if (!parsed.success) {
    problems.push(
      `${file}: it must have model, key, and either rows or rowsFile (a CSV beside it).`,
    );
    return undefined;
  }
  const { model, key } = parsed.data;
  if ('rows' in parsed.data) {
    const rows = parsed.data.rows.map((values, index) => ({ place: `row ${index + 1}`, values }));
    return { file, model, key, rows: () => rows };
  }
  const csv = `${path.posix.dirname(file)}/${parsed.data.rowsFile}`;
  const place = path.join(workspace.root, csv);
  if (!existsSync(place)) {
    problems.push(`${file}: there is no ${csv}.`);
    return undefined;
  }
  return { file: csv, model, key, rows: () => readCsvRows(place, modelOf(manifest, model)) };
}
