import pg from 'pg';

/** A table, column or value of an enum that went, and one that came and could be the same. */
export interface Rename {
  readonly kind: 'table' | 'column' | 'value';
  /** The table or enum that it belongs to; empty for a table. */
  readonly of: string;
  readonly from: string;
  readonly to: string;
}

/** As `--rename` takes it: `items=products`, `items.name=title`. */
export function textOf({ of, from, to }: Rename): string {
  return `${of === '' ? '' : `${of}.`}${from}=${to}`;
}

/** The option that confirms it, as a shell takes it. */
export function optionOf(rename: Rename): string {
  return `--rename '${textOf(rename).replaceAll("'", `'\\''`)}'`;
}

/** What leads back. */
export function reversed({ kind, of, from, to }: Rename): Rename {
  return { kind, of, from: to, to: from };
}

/** The statement that does it. */
export function statementOf({ kind, of, from, to }: Rename): string {
  const name = pg.escapeIdentifier;
  if (kind === 'table') return `-- RenameTable\nALTER TABLE ${name(from)} RENAME TO ${name(to)};`;
  if (kind === 'column') {
    return `-- RenameColumn\nALTER TABLE ${name(of)} RENAME COLUMN ${name(from)} TO ${name(to)};`;
  }
  const [old, next] = [from, to].map((value) => pg.escapeLiteral(value).trim());
  return `-- RenameEnumValue\nALTER TYPE ${name(of)} RENAME VALUE ${old} TO ${next};`;
}
