import type { SchemaManifest } from '@holovitals/schema-composer';
import { greaterBump, type Bump, type Change } from './change.ts';

/** Why a package must be released although its own fragments did not change, or not as much. */
export interface Spread {
  readonly domain: string;
  readonly bump: Bump;
  /** The change at home. */
  readonly subject: string;
  readonly message: string;
}

/**
 * What the changes of one domain demand of others. What another domain's fragments name (a model, a
 * referenced field, an enum) demands there what it demands at home; any other breaking change of a
 * model that they relate to demands a patch, since the types of that relation changed.
 */
export function spreadOf(
  changes: readonly {
    readonly change: Change;
    readonly block: string;
    readonly member: string | null;
  }[],
  before: SchemaManifest,
): Spread[] {
  const spreads = new Map<string, Spread>();
  const add = (spread: Spread) => {
    const key = `${spread.domain} ${spread.subject}`;
    const known = spreads.get(key);
    if (known === undefined || greaterBump(spread.bump, known.bump) !== known.bump) {
      spreads.set(key, spread);
    }
  };
  for (const { change, block, member } of changes) {
    if (change.bump === 'none' || change.bump === 'patch') continue;
    for (const { domain, field, how } of usersOf(block, member, change.domain, before)) {
      const bump = how === 'named' ? change.bump : change.bump === 'major' ? 'patch' : 'none';
      if (bump === 'none') continue;
      const message = `${field} leads to it: ${change.message}`;
      add({ domain, bump, subject: change.subject, message });
    }
  }
  return [...spreads.values()];
}

interface User {
  readonly domain: string;
  /** `Order.item`. */
  readonly field: string;
  readonly how: 'named' | 'related';
}

function usersOf(
  block: string,
  member: string | null,
  owner: string,
  { models }: SchemaManifest,
): User[] {
  return models
    .filter(({ domain }) => domain !== owner)
    .flatMap(({ name, domain, fields, relations }) => [
      ...fields
        .filter(({ kind, type }) => kind === 'enum' && type === block)
        .map((field): User => ({ domain, field: `${name}.${field.name}`, how: 'named' })),
      ...relations
        .filter((relation) => relation.model === block && relation.fields.length > 0)
        .map((relation): User => {
          const isNamed = member === null || relation.references.includes(member);
          return { domain, field: `${name}.${relation.name}`, how: isNamed ? 'named' : 'related' };
        }),
    ]);
}
