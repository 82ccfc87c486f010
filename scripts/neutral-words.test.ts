import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What must not know what this platform is about, so that other workspaces can use it. */
const NEUTRAL = ['tooling', 'apps/migrator'];
const NOT_OURS = new Set(['node_modules', 'dist', '.data', '.turbo']);

/** Words of health care, as they start. */
const SUBJECT =
  /patient|clinic|hipaa|\bphi\b|health-?care|health|fhir|\bhl7\b|medic|hospital|doctor|physician|nurse|diagnos(is|es)|disease|loinc|snomed|\bicd\b|\behr\b|prescri(be|ption)/gi;

/** Exceptions: commands of the migrator that every workspace has. */
const ALLOWED = /^(doctor|health)$/i;

/** Domains whose names are words of everyday programming: only where they name the package. */
const EVERYDAY = new Set(['ai', 'identity']);

const domains = readdirSync(path.join(root, 'packages')).filter((name) => {
  const file = path.join(root, 'packages', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { schemaDomain?: string }).schemaDomain;
});

/** The words of a text that tell its subject. */
function subjectWords(text: string): string[] {
  const names = domains.flatMap((name) => [
    new RegExp(`(packages|@holovitals)/${name}\\b`, 'g'),
    ...(EVERYDAY.has(name) ? [] : [new RegExp(`\\b${name}\\b`, 'gi')]),
  ]);
  return [SUBJECT, ...names]
    .flatMap((words) => [...text.matchAll(words)].map(([word]) => word))
    .filter((word) => !ALLOWED.test(word));
}

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesBelow(file);
    return entry.isFile() ? [file] : [];
  });
}

describe('tooling and migrator', () => {
  const files = NEUTRAL.flatMap(filesBelow);

  it('hold no word of health care and no name of a domain', () => {
    expect(domains).toHaveLength(6);
    expect(files.length).toBeGreaterThan(100);
    const found = files.flatMap((file) =>
      [file, readFileSync(path.join(root, file), 'utf8')]
        .flatMap(subjectWords)
        .map((word) => `${file}: ${word}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    'the PATIENTS table',
    'a @phi field',
    'packages/identity/prisma',
    '"@holovitals/ai": "workspace:*"',
    'a billing period',
    'healthcare',
  ])('would be told of: %s', (text) => {
    expect(subjectWords(text)).not.toEqual([]);
  });

  it.each(['migrator doctor', '/health', 'the identity of a table', 'diagnostics'])(
    'may say: %s',
    (text) => {
      expect(subjectWords(text)).toEqual([]);
    },
  );
});
