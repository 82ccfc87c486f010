import { manifestModels, type ManifestField } from '../manifest-models.ts';

type MakeDefault = (now: Date) => unknown;

const defaultsOf = new Map<string, readonly (readonly [string, MakeDefault])[]>();

/** Fills what a new row lacks with its defaults, as Prisma's client does; not the id. */
export function withDefaults(
  modelName: string,
  row: Readonly<Record<string, unknown>>,
  now: Date,
): Record<string, unknown> {
  let defaults = defaultsOf.get(modelName);
  if (defaults === undefined) {
    const fields = manifestModels().get(modelName)?.fields ?? [];
    defaults = fields.flatMap((field) => {
      const make = makerOf(field);
      return make === undefined ? [] : [[field.name, make] as const];
    });
    defaultsOf.set(modelName, defaults);
  }
  const filled: Record<string, unknown> = { ...row };
  for (const [name, make] of defaults) filled[name] ??= row[name] === null ? null : make(now);
  return filled;
}

/** Reads a default as the manifest has it: a function of Prisma's, a name of an enum, or JSON. */
function makerOf({ default: text, type, kind, list }: ManifestField): MakeDefault | undefined {
  if (text === null || /^(uuid|dbgenerated|autoincrement)\(/.test(text)) return undefined;
  if (text === 'now()') return (now) => now;
  if (kind === 'enum') return list ? () => text.match(/\w+/g) ?? [] : () => text;
  const value = JSON.parse(text) as unknown;
  return type === 'Json' ? () => JSON.parse(String(value)) as unknown : () => value;
}
