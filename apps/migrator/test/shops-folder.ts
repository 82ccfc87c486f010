import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the shops of a run are. */
    readonly shopsFolder: string;
  }
}

/** vitest's `globalSetup`: a folder for the shops of a run, which goes with it, also where a test process was killed. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'shops-'));
  project.provide('shopsFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
