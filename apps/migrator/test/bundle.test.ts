import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const dist = path.join(import.meta.dirname, '../dist');

/** All that a file of the bundle loads at once, itself included. */
function closureOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, target = ''] of text.matchAll(/^(?:import|export)\b[^;]*?"(\.[^"]+)";$/gm)) {
    closureOf(path.join(path.dirname(file), target), found);
  }
  return found;
}

const textOf = (file: string) =>
  [...closureOf(file)].map((part) => readFileSync(part, 'utf8')).join('\n');

const chunkOf = (command: string) => {
  const chunk = readdirSync(path.join(dist, 'chunks')).find((name) =>
    name.startsWith(`${command}-`),
  );
  return path.join(dist, 'chunks', chunk ?? '');
};

describe('the bundle', () => {
  it('loads no command, no driver and no validator for --help', () => {
    const text = textOf(path.join(dist, 'main.js'));
    expect(text).toContain('Bring a database to the composed schema');
    expect(text).not.toContain('node_modules/pg/');
    expect(text).not.toContain('node_modules/zod/');
  });

  // `import { z } from 'zod'` keeps all of it; `import * as z from 'zod'` what is used.
  it('holds no language of the validator but English', () => {
    const chunks = readdirSync(path.join(dist, 'chunks'));
    const text = chunks
      .map((name) => readFileSync(path.join(dist, 'chunks', name), 'utf8'))
      .join('');
    const languages = [...text.matchAll(/\/zod\/v4\/locales\/([\w-]+)\.js$/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(languages)).toEqual(new Set(['en']));
  });

  it('tells the version of its package', () => {
    const { version } = JSON.parse(readFileSync(path.join(dist, '../package.json'), 'utf8')) as {
      version: string;
    };
    const binary = path.join(dist, '../bin/migrator.mjs');
    expect(execFileSync(process.execPath, [binary, '--version']).toString()).toBe(`${version}\n`);
  });

  it.each(['deploy', 'status'])('loads no engine for %s', (command) => {
    const text = textOf(chunkOf(command));
    expect(text).toContain('node_modules/pg/');
    expect(text).not.toMatch(/^import .*"@holovitals\/schema-engine"/m);
  });
});
