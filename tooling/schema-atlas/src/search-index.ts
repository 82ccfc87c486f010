import type { SchemaManifest } from '@holovitals/schema-composer';
import type { Places } from './places.ts';

/** What the search looks through, as a script: a page opened as a file may fetch nothing. */
export function searchIndex({ models, enums, domains }: SchemaManifest, places: Places): string {
  const entries = [
    ...domains.map(({ name }) => [name, 'domain', places.domain(name), '']),
    ...models.map(({ name, table, domain }) => [name, domain, places.model(name), table]),
    ...enums.map(({ name, databaseName, domain }) => [
      name,
      `enum of ${domain}`,
      places.enum(name),
      databaseName,
    ]),
    ...models.flatMap((model) =>
      model.fields.map(({ name, column, type }) => [
        `${model.name}.${name}`,
        type,
        `${places.model(model.name)}#${name}`,
        `${model.table}.${column}`,
      ]),
    ),
  ];
  return `window.atlasIndex = ${JSON.stringify(entries).replaceAll('<', '\\u003c')};\n`;
}
