import type { SchemaCatalog } from './schema-catalog.ts';

/**
 * Takes out of Prisma's statements those that drop or make an index which both states have: Prisma
 * does not know the indexes that SQL declares, and would drop those on plain columns.
 */
export function withoutKeptIndexes(sql: string, from: SchemaCatalog, to: SchemaCatalog): string {
  const kept = [...to.indexes]
    .filter(([key, { definition }]) => from.indexes.get(key)?.definition === definition)
    .map(([, { name }]) => name);
  return kept.reduce((text, name) => text.replace(statementOn(name), ''), sql).trim();
}

function statementOn(name: string): RegExp {
  const quoted = name.replaceAll('"', '""').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const rest = `(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|[^;'"])*;\\n*`;
  return new RegExp(
    `^(?:-- (?:Drop|Create)Index\\n)?(?:DROP INDEX|CREATE (?:UNIQUE )?INDEX) (?:"public"\\.)?"${quoted}"${rest}`,
    'gm',
  );
}
