import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run-stages.mjs';
import { ScaffoldError } from './fault.mjs';
import { fileName } from './names.mjs';
import { compose, domainFolder, writeAll } from './workspace.mjs';

/** A file for reference data of a model, keyed by its first unique field. */
export async function newSeed({ names: [domain, name, ...more], dryRun }) {
  const folder = domainFolder(domain);
  const { models } = await compose();
  const model = models.find((each) => each.name === name && each.domain === domain);
  if (model === undefined || more.length > 0) {
    throw new ScaffoldError(
      `${domain} has no model "${[name, ...more].join(' ')}".`,
      `Name one of ${namesOf(models, domain)}.`,
    );
  }
  const seeded = seedsOf(folder).find((file) => {
    return (
      file.endsWith('.json') && readFileSync(path.join(root, file), 'utf8').includes(`"${name}"`)
    );
  });
  if (seeded !== undefined) {
    throw new ScaffoldError(`${seeded} holds rows of ${name} already.`, 'Add your rows there.');
  }
  const key = keyOf(model);
  const file = `${folder}/seeds/${nextNumber(folder)}-${fileName(name)}.json`;
  const files = { [file]: JSON.stringify({ model: name, key, rows: [] }) };
  if (!(await writeAll(files, () => undefined, { dryRun }))) return 0;
  process.stderr.write('Next: write its rows, then `pnpm migrator seed`.\n');
  return 0;
}

/** What a row is found again by: not its id, which every database makes for itself. */
function keyOf({ name, fields, indexes }) {
  const single = fields.find(({ unique, id }) => unique && !id);
  const several = indexes.find(({ kind, where }) => kind === 'unique' && where === null);
  const key = single === undefined ? several?.fields : [single.name];
  if (key !== undefined) return key;
  throw new ScaffoldError(
    `${name} has nothing unique but its id, so that a row of the seed could not be found again.`,
    'Give it a @unique field or a @@unique, such as a name or a code.',
  );
}

function namesOf(models, domain) {
  return models
    .filter((each) => each.domain === domain)
    .map((each) => each.name)
    .sort()
    .join(', ');
}

/** Seeds are read in the order of their names, by tens. */
function nextNumber(folder) {
  const numbers = seedsOf(folder).map((file) => Number.parseInt(path.posix.basename(file)));
  const last = Math.max(0, ...numbers.filter((number) => !Number.isNaN(number)));
  return String(Math.floor(last / 10) * 10 + 10);
}

function seedsOf(folder) {
  const seeds = path.join(root, folder, 'seeds');
  return existsSync(seeds) ? readdirSync(seeds).map((file) => `${folder}/seeds/${file}`) : [];
}
