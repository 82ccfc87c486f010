import type pg from 'pg';
import { queryCatalog } from '../../objects/object-catalog.ts';
import { ROUTINE_ITEMS } from './routine-items.ts';
import { RELATION_ITEMS } from './relation-items.ts';
import { TABLE_PARTS } from './table-parts.ts';
import { TYPE_ITEMS } from './type-items.ts';
import { orderItems, type Dependency } from './order-items.ts';
import type { SchemaItem } from './schema-item.ts';

const ITEMS = [TYPE_ITEMS, ROUTINE_ITEMS, RELATION_ITEMS, TABLE_PARTS].join('\nunion all\n');

/** Sequences belong to columns that use them: that edge would be a circle. */
const DEPENDENCIES = `
  select distinct classid || '.' || objid as "from", refclassid || '.' || refobjid as "to"
  from pg_depend where deptype in ('n', 'a', 'i', 'P', 'S') and objid <> refobjid
    and not (deptype = 'a' and classid = 'pg_class'::regclass and refobjsubid > 0
             and exists (select from pg_class where oid = objid and relkind = 'S'))`;

/** Reads everything that statements must make, each after what it needs. */
export async function readItems(client: pg.Client): Promise<SchemaItem[]> {
  const items = await queryCatalog<SchemaItem>(client, ITEMS);
  const edges = await queryCatalog<{ from: string; to: string }>(client, DEPENDENCIES);
  return orderItems(
    items,
    edges.map(({ from, to }): Dependency => [from, to]),
  );
}
