import type { PartitionCmd } from '@pgsql/types';
import {
  childrenOf,
  constraintsOf,
  foreignKeysTo,
  withDescendants,
  type Relation,
} from './catalog.ts';
import { scan, takeLock } from './impact.ts';
import { relationOf, type ScriptContext } from './script-context.ts';

/** Attaches a partition, or an index to the index of the parent. */
export function attachPartition(
  context: ScriptContext,
  parent: Relation,
  tree: PartitionCmd,
): void {
  const { impact, catalog } = context;
  const part = relationOf(context, tree.name, { kind: parent.kind === 'I' ? 'i' : 'r' });
  if (part === undefined) return;
  takeLock(impact, part, 'ACCESS EXCLUSIVE');
  part.parents.add(parent);
  part.isPartition = true;
  if (parent.indexOf !== null) {
    takeLock(impact, parent.indexOf, 'ACCESS SHARE');
    if (part.indexOf !== null) takeLock(impact, part.indexOf, 'ACCESS SHARE');
    return;
  }
  for (const leaf of withDescendants(catalog, part)) {
    takeLock(impact, leaf, 'ACCESS EXCLUSIVE');
    scan(impact, leaf);
  }
  impact.notes.add('The rows are read unless a validated check says that they fit.');
  meetParent(context, parent, part);
}

/** What a new partition has to do with the rest: the default partition, and the parent's keys. */
export function meetParent(context: ScriptContext, parent: Relation, part: Relation): void {
  const { impact, catalog } = context;
  const rest = childrenOf(catalog, parent).find((child) => child.isDefault && child !== part);
  if (rest !== undefined) {
    takeLock(impact, rest, 'ACCESS EXCLUSIVE');
    scan(impact, rest);
  }
  for (const key of foreignKeysTo(catalog, parent)) {
    takeLock(
      impact,
      key.relation,
      catalog.majorVersion >= 15 ? 'SHARE ROW EXCLUSIVE' : 'ACCESS SHARE',
    );
  }
  for (const key of constraintsOf(catalog, parent)) {
    if (key.kind !== 'f' || key.references === null) continue;
    takeLock(impact, key.references, 'SHARE ROW EXCLUSIVE');
    impact.mayScan.add(key.references);
  }
}

/** Detaches a partition. */
export function detachPartition(
  context: ScriptContext,
  parent: Relation,
  tree: PartitionCmd,
): void {
  const { impact, catalog } = context;
  const part = relationOf(context, tree.name);
  if (part === undefined) return;
  const isConcurrent = tree.concurrent === true;
  if (isConcurrent) impact.waitsForTransactions = true;
  takeLock(impact, part, isConcurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE');
  const rest = childrenOf(catalog, parent).find((child) => child.isDefault && child !== part);
  if (rest !== undefined && !isConcurrent) takeLock(impact, rest, 'ACCESS EXCLUSIVE');
  for (const key of foreignKeysTo(catalog, parent)) {
    takeLock(impact, key.relation, 'SHARE ROW EXCLUSIVE');
    impact.mayScan.add(part);
  }
  for (const { references } of constraintsOf(catalog, parent)) {
    if (references !== null) takeLock(impact, references, 'SHARE ROW EXCLUSIVE');
  }
  part.parents.delete(parent);
  part.isPartition = false;
}
