import type { ManifestField, ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { sha256 } from '../history/checksum.ts';
import type { SqlObject } from './sql-object.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** Makes the objects that follow from annotations: refusals of change, and comments. */
export function generateObjects(manifest: SchemaManifest): SqlObject[] {
  const immutable = manifest.models.filter((model) => model.immutable);
  return [
    named('generated/append-only.sql', [REFUSE_CHANGE, ...immutable.map(refusals)].join('\n')),
    named(
      'generated/comments.sql',
      manifest.models
        .filter(({ view }) => view === undefined)
        .map(comments)
        .join('\n'),
    ),
  ];
}

function named(file: string, sql: string): SqlObject {
  return { file, sql, hash: sha256(sql), needs: [], group: file };
}

const REFUSE_CHANGE = `create or replace function migrator.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'rows of % are never changed', tg_table_name using errcode = 'restrict_violation';
end $$;
revoke execute on function migrator.refuse_change() from public;`;

/** Row triggers reach partitions by themselves; a statement trigger does not, so the default one has its own. */
function refusals(model: ManifestModel): string {
  const tables = [quote(model.table)];
  if (model.partitionBy !== null) {
    tables.push(`${quote(model.partitionBy.partitionSchema)}.${quote(`${model.table}_default`)}`);
  }
  const truncates = tables.map(
    (table) => `drop trigger if exists refuse_truncate on ${table};
create trigger refuse_truncate before truncate on ${table}
  for each statement execute function migrator.refuse_change();`,
  );
  const [table] = tables;
  return [
    `drop trigger if exists refuse_change on ${table};
create trigger refuse_change before update or delete on ${table}
  for each row execute function migrator.refuse_change();`,
    ...truncates,
  ].join('\n');
}

function comments(model: ManifestModel): string {
  const marks = [
    model.classification !== null && `@${model.classification}`,
    model.immutable && '@immutable',
    model.retention !== null && `@retention ${model.retention}`,
  ];
  const table = quote(model.table);
  return [
    `comment on table ${table} is ${literal(model.doc, marks)};`,
    ...model.fields.map(
      (field) =>
        `comment on column ${table}.${quote(field.column)} is ${literal(field.doc, fieldMarks(field))};`,
    ),
  ].join('\n');
}

function fieldMarks(field: ManifestField): (string | false)[] {
  return [
    `@${field.classification}`,
    field.encrypted && '@encrypted',
    field.deprecated !== null && `@deprecated since ${field.deprecated.since}`,
  ];
}

function literal(doc: string, marks: readonly (string | false)[]): string {
  const words = marks.filter((mark) => mark !== false).join(' ');
  return pg.escapeLiteral([doc, words].filter((part) => part !== '').join('\n'));
}
