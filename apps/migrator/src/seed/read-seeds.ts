import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SchemaManifest } from '@holovitals/schema-composer';
import { z } from 'zod';
import type { Workspace } from '../environment/workspace.ts';

/** A value that stands for the id of another row. */
export interface SeedReference {
  readonly $ref: string;
  readonly where: Readonly<Record<string, unknown>>;
}

/** A seed file: rows of one model, told apart by their key. */
export interface SeedFile {
  /** From the workspace's root. */
  readonly file: string;
  readonly model: string;
  readonly key: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const seedSchema = z.strictObject({
  $schema: z.string().optional(),
  model: z.string(),
  key: z.array(z.string()).min(1),
  source: z.string().optional(),
  licence: z.string().optional(),
  rows: z.array(z.record(z.string(), z.unknown())),
});

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
      .flatMap((entry) => readSeed(workspace, `${directory}/seeds/${entry}`, problems) ?? []);
  });
}

function readSeed(workspace: Workspace, file: string, problems: string[]): SeedFile | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(path.join(workspace.root, file), 'utf8'));
    const parsed = seedSchema.safeParse(json);
    if (parsed.success) return { file, ...parsed.data };
    for (const { path: place, message } of parsed.error.issues) {
      problems.push(`${file}: ${place.join('.')}: ${message}`);
    }
  } catch {
    problems.push(`${file}: not JSON.`);
  }
  return undefined;
}

/** Tells whether a seed's value stands for another row's id. */
export function isReference(value: unknown): value is SeedReference {
  return typeof value === 'object' && value !== null && '$ref' in value && 'where' in value;
}
