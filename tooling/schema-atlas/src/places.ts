import type { SchemaManifest } from '@holovitals/schema-composer';

/** Addresses of the pages, from the site's folder. */
export interface Places {
  model(name: string): string;
  enum(name: string): string;
  domain(name: string): string;
}

/** Gives each page a file that no file system takes for another, whatever the names are. */
export function openPlaces({ models, enums, domains }: SchemaManifest): Places {
  const take = (folder: string, names: readonly string[]) => {
    const taken = new Set<string>();
    return new Map(names.map((name) => [name, `${folder}/${fileFor(name, taken)}.html`]));
  };
  const files = {
    model: take(
      'models',
      models.map(({ name }) => name),
    ),
    enum: take(
      'enums',
      enums.map(({ name }) => name),
    ),
    domain: take(
      'domains',
      domains.map(({ name }) => name),
    ),
  };
  const find = (kind: keyof typeof files) => (name: string) =>
    files[kind].get(name) ?? 'index.html';
  return { model: find('model'), enum: find('enum'), domain: find('domain') };
}

function fileFor(name: string, taken: Set<string>): string {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '-');
  let file = plain;
  for (let count = 2; taken.has(file.toLowerCase()); count += 1) file = `${plain}-${String(count)}`;
  taken.add(file.toLowerCase());
  return file;
}
