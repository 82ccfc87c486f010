import type pg from 'pg';
import type { Migration } from '../history/read-history.ts';
import type { RemovedColumn } from './contract.ts';
import { noteContracts, readContractRecord, type ContractRecord } from './contract-record.ts';

/** A pending contract that a deploy holds back: the release that does without it is not out yet. */
export interface HeldContract {
  readonly migration: string;
  readonly columns: readonly RemovedColumn[];
  /** The release that must be out everywhere first; null where no deploy has met the contract. */
  readonly release: string | null;
}

/** One line for a terminal. */
export function describeHeld({ migration, columns, release }: HeldContract): string {
  const dropped = columns.map(({ table, column }) => `${table}.${column}`).join(', ');
  const since = release === null ? 'not deployed yet' : `since ${release}`;
  return `${migration} (${dropped}) until the release after the one that does without: ${since}`;
}

/** What contracts are judged by. */
export interface ContractFacts {
  readonly history: readonly Migration[];
  /** The names of those that are to be applied. */
  readonly pending: readonly string[];
  /** The release that is deployed. */
  readonly release: string;
}

/**
 * Tells which pending contracts a deploy would hold back. A release is out when the next one is
 * deployed: a contract waits for a deploy by another release than the one that brought what stands
 * before it in the history. On a database to which nothing was applied nothing waits.
 */
export async function readHeldContracts(
  client: pg.Client,
  facts: ContractFacts,
): Promise<HeldContract[]> {
  if (pendingContracts(facts).length === 0) return [];
  return heldBy(await readContractRecord(client), facts);
}

/** As {@link readHeldContracts}, of a deploy that begins: what it meets first, or again, is noted. */
export async function holdContracts(
  client: pg.Client,
  facts: ContractFacts,
): Promise<HeldContract[]> {
  const held = await readHeldContracts(client, facts);
  const met = held.filter(({ release }) => release === null).map(({ migration }) => migration);
  await noteContracts(client, met, facts.release);
  return held.map((it) => ({ ...it, release: it.release ?? facts.release }));
}

/** The pending contracts of a history, without asking any database. */
export function pendingContracts({
  history,
  pending,
}: Pick<ContractFacts, 'history' | 'pending'>): Migration[] {
  return history.filter(({ name, contract }) => contract != null && pending.includes(name));
}

function heldBy(record: ContractRecord, facts: ContractFacts): HeldContract[] {
  const { history, pending, release } = facts;
  if (history.every(({ name }) => pending.includes(name))) return [];
  const contracts = pendingContracts(facts);
  return contracts.flatMap(({ name: migration, contract }) => {
    const comesFirst = history.some(
      (it) => it.name < migration && it.contract == null && pending.includes(it.name),
    );
    const noted = comesFirst ? null : (record.get(migration) ?? null);
    if (noted !== null && noted !== release) return [];
    return [{ migration, columns: contract?.columns ?? [], release: noted }];
  });
}
