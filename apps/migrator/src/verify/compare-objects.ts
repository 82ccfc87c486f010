import pg from 'pg';
import { CATALOG, queryCatalog } from '../objects/object-catalog.ts';
import { hasRecord } from '../objects/object-record.ts';
import { readObjectState } from '../objects/read-object-state.ts';
import type { SqlObject } from '../objects/sql-object.ts';
import { AUDITOR_POLICY } from '../roles/auditor-policies.ts';
import type { Difference } from './difference.ts';

/** Partitions are left out: what makes them copies the triggers of their parent. */
const NOT_MADE = `with ${CATALOG}
  select split_part(identity, ' ', 1) as kind, identity
  from catalog
  left join pg_trigger t on classid = 'pg_trigger'::regclass and t.oid = objid
  left join pg_policy p on classid = 'pg_policy'::regclass and p.oid = objid
  join pg_class c on c.oid = coalesce(t.tgrelid, p.polrelid)
  where not c.relispartition and c.relnamespace = to_regnamespace('public')
    and identity not in (
      select k from migrator.objects r, jsonb_object_keys(r.objects) k where r.file = any ($1)
    )
    and not (coalesce(p.polname = '${AUDITOR_POLICY}' and p.polroles = array[to_regrole($2)::oid], false))`;

/**
 * Compares SQL objects three ways: the text on disk with what the record says was applied, the
 * record with the catalog, and the catalog's triggers and policies with the record: a policy that
 * no file makes may open what the files close.
 *
 * @param auditor the role whose policy `roles sync` makes
 */
export async function compareObjects(
  client: pg.Client,
  objects: readonly SqlObject[],
  auditor?: string,
): Promise<Difference[]> {
  const { pending, drift, left } = await readObjectState(client, objects);
  const files = objects.map(({ file }) => file);
  const foreign = (await hasRecord(client))
    ? await queryCatalog<{ kind: 'trigger' | 'policy'; identity: string }>(client, NOT_MADE, [
        files,
        auditor === undefined ? null : pg.escapeIdentifier(auditor),
      ])
    : [];
  const drifted = new Set(drift.map(({ file }) => file));
  const told = new Set(foreign.map(({ identity }) => identity));
  return [
    ...pending
      .filter(({ file }) => !drifted.has(file))
      .map(({ file }): Difference => ({
        ...{ kind: 'object', name: file, what: 'It is not applied as it stands on disk.' },
      })),
    ...drift.map(({ file, object, state }): Difference => ({
      kind: kindOf(object),
      name: nameOf(object),
      what:
        state === 'missing' ? `It is missing; ${file} makes it.` : `It is not as ${file} made it.`,
    })),
    ...foreign.map(({ kind, identity }): Difference => ({
      ...{ kind, name: nameOf(identity), what: 'No file makes it.' },
    })),
    ...left
      .filter((identity) => !told.has(identity))
      .map((identity): Difference => ({
        kind: kindOf(identity),
        name: nameOf(identity),
        what: 'No file makes it any more; `deploy --prune` drops it.',
      })),
  ];
}

function kindOf(identity: string): Difference['kind'] {
  const [word = ''] = identity.split(' ');
  return word === 'trigger' || word === 'policy' ? word : 'object';
}

/** The kind tells already that a trigger or policy is one. */
function nameOf(identity: string): string {
  return identity.replace(/^(trigger|policy) /, '');
}
