import type { ManifestField, ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { fieldOf, isReference, modelOf, type SeedReference, type SeedValues } from './seed-file.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** A reference that is no row's, or more than one's. It names the reference, which stands in the seed. */
export class UnresolvedReference extends Error {}

/** A row's values in PostgreSQL's text form, by field. */
export type TextValues = ReadonlyMap<ManifestField, string | null>;

/** A column's type as a cast names it: text is not guessed. */
export function typeOf(field: ManifestField): string {
  if (field.kind !== 'enum') return field.databaseType;
  return `${quote(field.databaseType.replace(/\[\]$/, ''))}${field.list ? '[]' : ''}`;
}

/** Looks up the ids that references stand for, each once. */
export class References {
  readonly #known = new Map<string, string>();
  readonly #client: pg.Client;
  readonly #manifest: SchemaManifest;

  constructor(client: pg.Client, manifest: SchemaManifest) {
    this.#client = client;
    this.#manifest = manifest;
  }

  /** The values of a row, its references resolved. */
  async resolve(model: ManifestModel, values: SeedValues): Promise<TextValues> {
    const resolved = new Map<ManifestField, string | null>();
    for (const [name, value] of Object.entries(values)) {
      const field = fieldOf(model, name);
      if (field === undefined) continue;
      const text = isReference(value)
        ? await this.#idOf(value)
        : toText(value, field, this.#manifest);
      resolved.set(field, text);
    }
    return resolved;
  }

  async #idOf(reference: SeedReference): Promise<string> {
    const key = JSON.stringify(reference);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const model = modelOf(this.#manifest, reference.$ref);
    const [id] = model?.primaryKey.columns ?? [];
    if (model === undefined || id === undefined) throw new UnresolvedReference('unknown model.');
    const where = Object.entries(reference.where).map(([name, value]) => {
      const field = fieldOf(model, name);
      if (field === undefined) throw new UnresolvedReference(`${model.name} has no field ${name}.`);
      return { field, value: toText(value, field, this.#manifest) };
    });
    const terms = where.map(
      ({ field }, index) => `${quote(field.column)} = $${index + 1}::text::${typeOf(field)}`,
    );
    const { rows } = await this.#client.query<{ id: string }>(
      `select ${quote(id)}::text as id from ${quote(model.table)} where ${terms.join(' and ')}`,
      where.map(({ value }) => value),
    );
    if (rows.length !== 1 || rows[0] === undefined) {
      const count = rows.length === 0 ? 'no' : 'more than one';
      throw new UnresolvedReference(
        `${count} ${model.name} is ${JSON.stringify(reference.where)}.`,
      );
    }
    this.#known.set(key, rows[0].id);
    return rows[0].id;
  }
}

function toText(value: unknown, field: ManifestField, manifest: SchemaManifest): string | null {
  if (value === null || value === undefined) return null;
  if (field.list && Array.isArray(value)) {
    const items = value.map((item) => toText(item, { ...field, list: false }, manifest));
    return `{${items.map(toArrayItem).join(',')}}`;
  }
  if (field.type === 'Json') return JSON.stringify(value);
  if (field.kind === 'enum') {
    const known = manifest.enums.find(({ name }) => name === field.type);
    const found = known?.values.find(({ name }) => name === value);
    if (found !== undefined) return found.databaseName;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function toArrayItem(item: string | null): string {
  return item === null ? 'NULL' : `"${item.replaceAll(/["\\]/g, '\\$&')}"`;
}
