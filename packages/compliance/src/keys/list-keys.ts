import { countValues, listKeys, type ListedKey, type ValueCount } from '@holovitals/database';
import type { CommandContext, CommandResult } from '../command/package-command.ts';

/** Tells the keys and their states, and with `isCounted` what is encrypted under each. */
export async function tellKeys(
  context: CommandContext,
  isCounted: boolean,
): Promise<CommandResult> {
  const keys = await listKeys(context.session);
  const values = isCounted
    ? await countValues(context.session, (at) => context.progress(at))
    : null;
  const lines = keys.length === 0 ? ['none yet: the first value that is encrypted makes them'] : [];
  return {
    data: { keys, values },
    text: [...lines, ...keys.map(keyLine), ...(values ?? []).map(valueLine)].join('\n'),
    state: 'done',
  };
}

function keyLine({ alias, version, status, algorithm, ...key }: ListedKey): string {
  const since = key.destroyedAt ?? key.activatedAt;
  const facts = [
    ...(key.reference === null ? [] : [`held by the key service as ${key.reference}`]),
    ...(since === null ? [] : [`${key.destroyedAt === null ? 'since' : 'gone'} ${day(since)}`]),
    ...(key.successor === null ? [] : [`followed by ${key.successor}`]),
    ...(key.emptySince === null ? [] : [`nothing left under it since ${day(key.emptySince)}`]),
    ...(key.emptySince === null ? progressOf(key) : []),
    ...(key.usesReserved === 0 ? [] : [`${key.usesReserved} uses handed out`]),
  ];
  const name = `${alias} ${version}`;
  return `${name.padEnd(18)}  ${status.padEnd(14)}  ${algorithm.padEnd(12)}  ${facts.join(', ')}`.trimEnd();
}

function progressOf({ progress }: Pick<ListedKey, 'progress'>): string[] {
  const tables = Object.entries(progress ?? {}).filter(([, { done, total }]) => done < total);
  return tables.map(([table, { done, total }]) => `${table}: ${done} of ${total} moved`);
}

function valueLine({ table, column, version, values }: ValueCount): string {
  const under = version === 0 ? 'no ciphertext' : `data ${version}`;
  return `${under.padEnd(18)}  ${table}.${column}: ${values} value(s)`;
}

function day(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
