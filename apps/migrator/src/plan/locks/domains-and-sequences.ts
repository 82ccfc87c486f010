import type { AlterDomainStmt, AlterSeqStmt, CreateDomainStmt, Node } from '@pgsql/types';
import { keyOf, newRelation, withDescendants } from './catalog.ts';
import { readType } from './column-types.ts';
import { scan, takeLock } from './impact.ts';
import {
  findRelation,
  nameOfWords,
  relationOf,
  schemaOf,
  wordsOf,
  type ScriptContext,
} from './script-context.ts';

/** Reads `CREATE DOMAIN`. */
export function createDomain(context: ScriptContext, tree: CreateDomainStmt): void {
  const { catalog } = context;
  const { type, modifier } = readType(catalog, tree.typeName);
  const isConstrained = (tree.constraints ?? []).some(
    (node) =>
      'Constraint' in node && /^CONSTR_(CHECK|NOTNULL)$/.test(node.Constraint.contype ?? ''),
  );
  catalog.domains.set(keyOfWords(context, tree.domainname ?? []), {
    base: type,
    modifier,
    isConstrained,
  });
}

/** Reads `ALTER DOMAIN`: a new rule is checked in every table that has the domain. */
export function alterDomain(context: ScriptContext, tree: AlterDomainStmt): void {
  const { catalog, impact } = context;
  const key = keyOfWords(context, tree.typeName ?? []);
  const domain = catalog.domains.get(key);
  const isConstraint = tree.def !== undefined && 'Constraint' in tree.def;
  const isSkipped =
    tree.def !== undefined &&
    'Constraint' in tree.def &&
    tree.def.Constraint.skip_validation === true;
  if (domain !== undefined && isConstraint)
    catalog.domains.set(key, { ...domain, isConstrained: true });
  const isChecked =
    tree.subtype === 'O' || tree.subtype === 'V' || (tree.subtype === 'C' && !isSkipped);
  if (!isChecked) return;
  if (!catalog.isComplete)
    impact.unknown.add(
      'Which tables have the domain is not known: each is locked in SHARE mode and read.',
    );
  for (const relation of catalog.relations) {
    if (![...relation.columns.values()].some(({ type }) => type === key)) continue;
    takeLock(impact, relation, 'SHARE');
    for (const part of withDescendants(catalog, relation)) scan(impact, part);
  }
}

/** Reads `ALTER SEQUENCE`. */
export function alterSequence(context: ScriptContext, tree: AlterSeqStmt): void {
  const sequence = relationOf(context, tree.sequence, {
    kind: 'S',
    isOptional: tree.missing_ok === true,
  });
  if (sequence === undefined) return;
  takeLock(context.impact, sequence, 'SHARE ROW EXCLUSIVE');
  for (const option of tree.options ?? []) {
    if (!('DefElem' in option) || option.DefElem.defname !== 'owned_by') continue;
    const words = wordsOf(option.DefElem.arg);
    const column = words.pop() ?? '';
    const table = findRelation(
      context,
      nameOfWords({ List: { items: words.map((sval) => ({ String: { sval } })) } }),
    );
    if (table === undefined) continue;
    takeLock(context.impact, table, 'ACCESS SHARE');
    sequence.ownedBy = { relation: table, column };
  }
}

/** Notes a sequence, a composite type or a view that a script makes. */
export function noteNew(
  context: ScriptContext,
  name: { readonly schemaname?: string; readonly relname?: string } | undefined,
  kind: string,
): void {
  context.catalog.relations.add(
    newRelation({ schema: schemaOf(context, name?.schemaname), name: name?.relname ?? '', kind }),
  );
}

function keyOfWords(context: ScriptContext, nodes: readonly Node[]): string {
  const { schemaname, relname = '' } = nameOfWords({ List: { items: [...nodes] } });
  if (schemaname !== undefined) return keyOf(schemaname, relname);
  const { searchPath, domains } = context.catalog;
  const keys = searchPath.map((schema) => keyOf(schema, relname));
  return keys.find((key) => domains.has(key)) ?? keys[0] ?? relname;
}
