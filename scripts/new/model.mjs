import { ScaffoldError } from './fault.mjs';
import { fileName, tableName } from './names.mjs';
import { compose, domainFolder, readJson, writeAll } from './workspace.mjs';

/** A model in a fragment of its own, with an id and the times that every row has. */
export async function newModel({ names: [domain, name, ...more], classification, dryRun }) {
  const folder = domainFolder(domain);
  checkModel(name, more, classification);
  const files = modelFiles(folder, name, classification);
  if (!(await writeAll(files, compose, { dryRun }))) return 0;
  process.stderr.write(
    'Next: say in the fragment what a row is, add its fields, then `pnpm new migration`.\n',
  );
  return 0;
}

/** Refuses what could not be a model. */
export function checkModel(name, more, classification) {
  if (!/^[A-Z][A-Za-z0-9]{0,50}$/.test(name ?? '') || more.length > 0) {
    throw new ScaffoldError(
      `"${[name, ...more].join(' ')}" is no name of a model.`,
      'Write one word in PascalCase, of at most 51 letters and digits: Appointment.',
    );
  }
  const words = Object.keys(readJson('schema.config.json').classifications);
  if (!words.includes(classification)) {
    throw new ScaffoldError(
      classification === undefined
        ? 'Who may see its fields is not said.'
        : `"${classification}" is no classification.`,
      `Add --classification with one of ${words.join(', ')}.`,
    );
  }
}

export function modelFiles(folder, name, classification) {
  return {
    [`${folder}/prisma/${fileName(name)}.prisma`]: `/// One ${fileName(name, 1).replaceAll('-', ' ')}.
/// @${classification}
model ${name} {
  id        String   @id @default(uuid(7)) @db.Uuid
  createdAt DateTime @default(now()) @map("created_at") @db.Timestamptz(3)
  updatedAt DateTime @default(now()) @updatedAt @map("updated_at") @db.Timestamptz(3)

  @@map("${tableName(name)}")
}
`,
  };
}
