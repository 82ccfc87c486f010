import type { ManifestField, ManifestModel } from '@holovitals/schema-composer';
import { CsvFault, readCsv } from './read-csv.ts';
import { fieldOf, type SeedRow } from './seed-file.ts';

/** Separates the items of a list in a CSV field. */
const LIST_SEPARATOR = '|';

/**
 * Reads the rows of a CSV file whose header names fields of a model. A field without a value is
 * null, and an empty list for a list; `""` is an empty text.
 *
 * @throws CsvFault
 */
export async function* readCsvRows(
  file: string,
  model: ManifestModel | undefined,
): AsyncGenerator<SeedRow> {
  let header: readonly string[] | null = null;
  for await (const { line, fields } of readCsv(file)) {
    if (header === null) {
      header = readHeader(fields);
      continue;
    }
    if (fields.length !== header.length) {
      throw new CsvFault(line, `it has ${fields.length} fields, and the header ${header.length}.`);
    }
    const values = header.map((name, index) => {
      const field = model === undefined ? undefined : fieldOf(model, name);
      return [name, toValue(fields[index] ?? null, field)] as const;
    });
    yield { place: `line ${line}`, values: Object.fromEntries(values) };
  }
  if (header === null) throw new CsvFault(1, 'the file has no header.');
}

function readHeader(fields: readonly (string | null)[]): string[] {
  const names = fields.map((name) => name?.trim() ?? '');
  if (names.includes('')) throw new CsvFault(1, 'a column of the header has no name.');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new CsvFault(1, `the header names ${twice} twice.`);
  return names;
}

function toValue(text: string | null, field: ManifestField | undefined): unknown {
  if (field === undefined) return text;
  if (text === null) return field.list ? [] : null;
  if (field.list) return text.split(LIST_SEPARATOR).map((item) => toScalar(item, field.type));
  return toScalar(text, field.type);
}

/** What does not have its type's form stays text, and is found by the check of the row. */
function toScalar(text: string, type: string): unknown {
  switch (type) {
    case 'Int':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'Float':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'Boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'Json':
      return parseJson(text);
    default:
      return text;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
