// Narrows the generated client's types to what field encryption can do, so that the compiler
// refuses what the client would refuse at run time: `narrow-client.mjs [client folder] [manifest]`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const fromHere = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const [
  client = fromHere('../src/generated/client'),
  manifestFile = fromHere('../prisma/schema.manifest.json'),
] = process.argv.slice(2);

/** What equality search can ask of a field with a blind index. */
const SEARCHABLE =
  'string | null | { equals?: string | null; in?: string[]; notIn?: string[]; not?: string | null | { equals?: string | null; in?: string[] } }';
/** What can be asked of ciphertext alone. */
const NULL_ONLY = 'null | { equals?: null; not?: null }';

const { models } = JSON.parse(readFileSync(manifestFile, 'utf8'));
for (const model of models) {
  const encrypted = model.fields.filter((field) => field.encrypted);
  const file = path.join(client, 'models', `${model.name}.ts`);
  if (encrypted.length > 0 && existsSync(file)) {
    writeFileSync(file, narrow(readFileSync(file, 'utf8'), model.name, encrypted));
  }
}

function narrow(source, modelName, encrypted) {
  const searchable = new Map(
    encrypted.map(({ name, blindIndex }) => [name, blindIndex === null ? NULL_ONLY : SEARCHABLE]),
  );
  const indexes = new Set(encrypted.map(({ blindIndex }) => blindIndex));
  const scalarEnum = `Prisma.${modelName}ScalarFieldEnum`;
  const others = [...searchable.keys()].map((name) => `'${name}'`).join(' | ');

  let type = '';
  const lines = source.split('\n').map((line) => {
    type = /^export type (\w+)/.exec(line)?.[1] ?? type;
    const field = /^ {2}(\w+)\??: /.exec(line)?.[1];
    if (field === undefined) return line;
    const isFiltered = /(?:WhereInput|WhereUniqueInput|ScalarWhereInput)$/.test(type);
    if (isFiltered && searchable.has(field)) return `  ${field}?: ${searchable.get(field)}`;
    const isRefused =
      (isUncomparable(type) && searchable.has(field)) || (isWritten(type) && indexes.has(field));
    return isRefused ? `  ${field}?: never` : line;
  });
  return lines
    .join('\n')
    .replaceAll(new RegExp(`(?:distinct\\?|by): .*${scalarEnum}.*`, 'g'), (line) =>
      line.replaceAll(scalarEnum, `Exclude<${scalarEnum}, ${others}>`),
    );
}

/** Types that would order ciphertext, or write one value to many rows. */
function isUncomparable(type) {
  return /OrderBy\w*Input$|(?:Min|Max)AggregateInputType$|WithAggregatesInput$|UpdateMany\w*Input$/.test(
    type,
  );
}

/** Types of written rows: the indexes follow from the encrypted fields. */
function isWritten(type) {
  return /(?:Create|Update)\w*Input$/.test(type);
}
