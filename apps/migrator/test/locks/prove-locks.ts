import { createTestDatabase } from '@holovitals/postgres/testing';
import pg from 'pg';
import { openCatalog, type Catalog, type Relation } from '../../src/plan/locks/catalog.ts';
import { noImpact, takeLock, type Impact } from '../../src/plan/locks/impact.ts';
import { locksOfStatement } from '../../src/plan/locks/locks-of-statement.ts';
import { strongerOf, type LockMode } from '../../src/plan/locks/lock-mode.ts';
import { readStatements } from '../../src/statements/read-statements.ts';
import { readShape } from '../../src/statistics/read-shape.ts';
import type { FORMS_ALONE, LockForm } from './lock-forms.ts';
import { observe, observeWait, readRelations } from './observe-locks.ts';
import { SHOP_TABLES } from './shop-tables.ts';

/** What the plan says of a script, or what a server was seen to do. */
export interface Account {
  readonly locks: readonly string[];
  readonly rewritten: readonly string[];
  readonly scanned: readonly string[];
  readonly unknown: readonly string[];
}

/** Opens a database with the shop's tables, to hold what is claimed of scripts against what they do. */
export async function openProofs(): Promise<Proofs> {
  const database = await createTestDatabase();
  const open = async () => {
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`set timezone = 'UTC'`);
    return client;
  };
  const client = await open();
  await client.query(SHOP_TABLES);
  const before = await readRelations(client);
  const shape = await readShape(client);
  const { rows } = await client.query<{ number: number }>(
    `select current_setting('server_version_num')::int / 10000 as number`,
  );
  const majorVersion = rows[0]?.number ?? 0;
  const shop = () => openCatalog(shape, majorVersion);
  return {
    majorVersion,
    async prove({ sql }) {
      const catalog = shop();
      const claim = await claimOf(sql, catalog);
      return accountsOf(shop(), claim, await observe(client, before, sql));
    },
    async proveAlone({ sql, waitsFor }) {
      const claim = await claimOf(sql, shop());
      const claimed = [...claim.locks.values()].find(
        ({ relation }) => relation.origin === waitsFor,
      );
      return { claimed: claimed?.mode, seen: await observeWait(client, open, sql, waitsFor) };
    },
    async close() {
      await client.end();
      await database.drop();
    },
  };
}

/** A database to prove claims in. */
export interface Proofs {
  readonly majorVersion: number;
  prove(form: LockForm): Promise<{ readonly claimed: Account; readonly seen: Account }>;
  proveAlone(form: (typeof FORMS_ALONE)[number]): Promise<{
    readonly claimed: LockMode | undefined;
    readonly seen: LockMode;
  }>;
  close(): Promise<void>;
}

/** The impact of a whole script. */
async function claimOf(sql: string, catalog: Catalog): Promise<Impact> {
  const whole = noImpact();
  for (const statement of await readStatements(sql)) {
    const impact = locksOfStatement(statement, catalog);
    for (const { relation, mode, isPossible } of impact.locks.values()) {
      takeLock(whole, relation, mode, { isPossible });
    }
    for (const part of ['rewrites', 'emptied', 'scans', 'mayScan'] as const) {
      for (const relation of impact[part]) whole[part].add(relation);
    }
    for (const sentence of impact.unknown) whole.unknown.add(sentence);
  }
  return whole;
}

function accountsOf(
  shop: Catalog,
  claim: Impact,
  seen: Awaited<ReturnType<typeof observe>>,
): { readonly claimed: Account; readonly seen: Account } {
  const before = new Map([...shop.relations].map((it) => [it.origin, it]));
  const told = (locks: ReadonlyMap<string, LockMode>) =>
    [...locks].flatMap(([name, mode]) =>
      isTold(before.get(name), mode, locks) ? [`${mode} ${name}`] : [],
    );
  const claims = [...claim.locks.values()];
  const seenLocks = told(seen.locks);
  const possible = claims
    .filter(({ isPossible }) => isPossible)
    .map(({ relation, mode }) => `${mode} ${relation.origin}`);
  const claimedLocks = told(
    new Map(claims.map(({ relation, mode }) => [relation.origin ?? '', mode])),
  );
  const isSurelyOr = (set: ReadonlySet<Relation>, name: string) =>
    [...set].some(({ origin }) => origin === name);
  return {
    claimed: {
      locks: claimedLocks
        .filter((lock) => !possible.includes(lock) || seenLocks.includes(lock))
        .sort(),
      rewritten: namesOf(claim.rewrites),
      scanned: namesOf(claim.scans),
      unknown: [...claim.unknown],
    },
    seen: {
      locks: seenLocks.sort(),
      rewritten: seen.rewritten.filter((name) => !isSurelyOr(claim.emptied, name)),
      scanned: seen.scanned.filter(
        (name) =>
          isSurelyOr(claim.scans, name) ||
          !(isSurelyOr(claim.mayScan, name) || isSurelyOr(claim.emptied, name)),
      ),
      unknown: [],
    },
  };
}

/** Of an index only a lock stronger than its table's is told; of a sequence none that a caller takes. */
function isTold(
  relation: Relation | undefined,
  mode: LockMode,
  locks: ReadonlyMap<string, LockMode>,
): boolean {
  if (relation?.kind === 'S') return mode !== 'ROW EXCLUSIVE';
  if (relation?.indexOf == null) return true;
  const onTable = locks.get(relation.indexOf.origin ?? '') ?? 'ROW EXCLUSIVE';
  return strongerOf(onTable, mode) !== onTable;
}

function namesOf(relations: Iterable<Relation>): string[] {
  return [...relations].flatMap(({ origin }) => origin ?? []).sort();
}
