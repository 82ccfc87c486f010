import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Canary } from './canary-rows.ts';

/** Tells which canaries are in the files of a folder, as they are or in a disguise. */
export function huntCanaries(folder: string, canaries: readonly Canary[]): string[] {
  const files = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  const text = files.join('\n');
  const lower = text.toLowerCase();
  return canaries.flatMap(({ table, column, value }) =>
    disguises(value)
      .filter(({ form, isExact }) => (isExact ? text : lower).includes(form))
      .map(({ form }) => `${table}.${column} as ${form}`),
  );
}

/** A value as it is, reversed, without punctuation, encoded and hashed. */
function disguises(value: string): { form: string; isExact: boolean }[] {
  const bare = value.replaceAll(/[^\p{L}\p{N}]/gu, '');
  const reversed = [...value].reverse().join('');
  const loose = new Set([value, bare, reversed, [...bare].reverse().join('')]);
  const exact = new Set<string>();
  for (const form of [value, bare, value.toLowerCase(), value.toUpperCase()]) {
    const bytes = Buffer.from(form);
    exact.add(bytes.toString('base64').replace(/=+$/, ''));
    exact.add(bytes.toString('base64url'));
    loose.add(bytes.toString('hex'));
    for (const hash of ['sha256', 'sha1', 'md5']) {
      const digest = createHash(hash).update(form).digest();
      loose.add(digest.toString('hex'));
      exact.add(digest.toString('base64').replace(/=+$/, ''));
    }
  }
  return [
    ...[...loose].map((form) => ({ form: form.toLowerCase(), isExact: false })),
    ...[...exact].map((form) => ({ form, isExact: true })),
  ];
}
