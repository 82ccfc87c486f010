import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run-stages.mjs';
import { ScaffoldError } from './fault.mjs';

/** `subscriptionPlans` for subscription-plans. */
export function camel(name) {
  return name.replace(/-(.)/g, (_all, first) => first.toUpperCase());
}

/** `SubscriptionPlans` for subscription-plans. */
export function pascal(name) {
  return camel(`-${name}`);
}

const SCALARS = {
  String: ({ databaseType }) => (databaseType === 'uuid' ? 'z.uuid()' : 'z.string()'),
  Boolean: () => 'z.boolean()',
  Int: () => 'z.int()',
  Float: () => 'z.number()',
  // JSON has no number that holds every one of them.
  BigInt: () => 'z.string()',
  Decimal: () => 'z.string()',
  DateTime: ({ databaseType }) => (databaseType === 'date' ? 'z.iso.date()' : 'z.iso.datetime()'),
};

/** What callers are shown of a row: nothing secret, encrypted, hashed, or without a schema. */
export function listFields({ fields, classification }) {
  return fields.filter(
    (each) =>
      (each.kind === 'enum' || each.type in SCALARS) &&
      !each.encrypted &&
      each.blindIndex === null &&
      (each.classification ?? classification) !== 'secret',
  );
}

/** The schemas, the store and the use case of a list. */
export function useCaseFiles(route) {
  const { folder, name } = route;
  return {
    [`${folder}/src/${name}/${name}.schema.ts`]: schemaText(route),
    [`${folder}/src/${name}/${name}.store.ts`]: storeText(route),
    [`${folder}/src/${name}/list-${name}.ts`]: listText(route),
  };
}

/** The door of the package with the list's names, which must be free. */
export function withExports(text, { folder, name }) {
  const names = [`list${pascal(name)}`, `list${pascal(name)}Schema`, `${camel(name)}PageSchema`];
  const taken = names.find((each) => new RegExp(`\\b${each}\\b`).test(text));
  if (taken !== undefined) {
    throw new ScaffoldError(
      `${folder}/src/index.ts exports ${taken} already.`,
      'Choose another name for the route.',
    );
  }
  const begun = /^export \{\};\n$/m.test(text) ? text.replace('export {};\n', '') : text;
  return `${begun}export { list${pascal(name)} } from './${name}/list-${name}.ts';
export type { ${pascal(name)}Context } from './${name}/list-${name}.ts';
export { list${pascal(name)}Schema, ${camel(name)}PageSchema } from './${name}/${name}.schema.ts';
export type { ${pascal(name)}Page } from './${name}/${name}.schema.ts';
`;
}

function schemaText({ name, model }) {
  const shown = listFields(model);
  const enums = [...new Set(shown.filter(({ kind }) => kind === 'enum').map(({ type }) => type))];
  const id = model.fields.find((each) => each.id);
  return `${enums.length === 0 ? '' : `import { ${enums.sort().join(', ')} } from '@holovitals/database';\n`}import { z } from 'zod';

/** Input of \`list${pascal(name)}\`. */
export const list${pascal(name)}Schema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** \`next\` of the page before. */
  after: ${id.databaseType === 'uuid' ? 'z.uuid()' : 'z.string().min(1).max(200)'}.optional(),
});

/** A page of \`list${pascal(name)}\`, in the order of the ids; \`next\` is null on the last one. */
export const ${camel(name)}PageSchema = z.object({
  items: z.array(
    z.object({
${shown.map((field) => `      ${field.name}: ${schemaOf(field)},`).join('\n')}
    }),
  ),
  next: z.string().nullable(),
});

/** One of {@link ${camel(name)}PageSchema}. */
export type ${pascal(name)}Page = z.infer<typeof ${camel(name)}PageSchema>;
`;
}

function schemaOf(field) {
  const one = field.kind === 'enum' ? `z.enum(${field.type})` : SCALARS[field.type](field);
  const all = field.list ? `z.array(${one})` : one;
  return field.optional ? `${all}.nullable()` : all;
}

const isScoped = ({ fields }) => fields.some((each) => each.name === 'organizationId');

function storeText({ name, model }) {
  const delegate = `${model.name[0].toLowerCase()}${model.name.slice(1)}`;
  const scope = isScoped(model);
  return `import type { ${scope ? 'Actor, ' : ''}Transaction } from '@holovitals/database';

const SELECTED = {
${listFields(model)
  .map((field) => `  ${field.name}: true,`)
  .join('\n')}
} as const;

/** Reads rows behind an id${scope ? ', of the organisation the caller acts in' : ''}. */
export async function find${pascal(name)}(
  tx: Transaction,
  ${scope ? 'actor: Actor,\n  ' : ''}after: string | undefined,
  take: number,
) {
  return await tx.${delegate}.findMany({
    where: {
      ${scope ? 'organizationId: actor.organizationId,\n      ' : ''}...(after !== undefined && { id: { gt: after } }),
    },
    orderBy: { id: 'asc' },
    take,
    select: SELECTED,
  });
}
`;
}

function listText({ domain, folder, name, model, permission }) {
  const ownErrors = path.join(root, folder, 'src/errors.ts');
  const hasInvalid =
    existsSync(ownErrors) && readFileSync(ownErrors, 'utf8').includes('function inputInvalid(');
  const identity = [
    ['actorHasPermission', '../access/permission.store.ts'],
    ...(hasInvalid ? [] : [['inputInvalid', '../errors.ts']]),
    ['notPermitted', '../errors.ts'],
  ];
  const imports =
    domain === 'identity'
      ? `import { actorHasPermission } from '../access/permission.store.ts';
import { inputInvalid, notPermitted } from '../errors.ts';`
      : `import { ${identity.map(([each]) => each).join(', ')} } from '@holovitals/identity';`;
  const own =
    domain !== 'identity' && hasInvalid ? "import { inputInvalid } from '../errors.ts';\n" : '';
  const code = `${hasInvalid ? domain.toUpperCase().replaceAll('-', '_') : 'IDENTITY'}.INPUT_INVALID`;
  const odd = listFields(model).flatMap((field) => conversionOf(field) ?? []);
  const rows = `rows.slice(0, limit)${odd.length === 0 ? '' : '.map(shown)'}`;
  return `import { withActor, type Actor, type AuditSink, type Database } from '@holovitals/database';
${imports}
import type { z } from 'zod';
${own}import { list${pascal(name)}Schema, type ${pascal(name)}Page } from './${name}.schema.ts';
import { find${pascal(name)} } from './${name}.store.ts';

/** What \`list${pascal(name)}\` works with. */
export interface ${pascal(name)}Context {
  readonly db: Database;
  readonly audit: AuditSink;
}

/**
 * Lists the rows of ${model.name}${isScoped(model) ? ' of the organisation the caller acts in' : ''}, page by page; each page leaves an audit row.
 *
 * @throws CodedError \`${code}\`, \`IDENTITY.NOT_PERMITTED\`
 */
export async function list${pascal(name)}(
  { db, audit }: ${pascal(name)}Context,
  actor: Actor,
  given: z.input<typeof list${pascal(name)}Schema>,
): Promise<${pascal(name)}Page> {
  const parsed = list${pascal(name)}Schema.safeParse(given);
  if (!parsed.success) throw inputInvalid('list${pascal(name)}', parsed.error);
  const { limit, after } = parsed.data;
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, '${permission}'))) throw notPermitted('${permission}');
    const rows = await find${pascal(name)}(tx, ${isScoped(model) ? 'actor, ' : ''}after, limit + 1);
    const items = ${rows};
    await audit(tx, actor, [
      {
        eventType: 'PHI_READ',
        action: 'R',
        outcome: 'SUCCESS',
        resourceType: '${model.name}',
        recordCount: items.length,
      },
    ]);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });
}
${
  odd.length === 0
    ? ''
    : `
type Row = Awaited<ReturnType<typeof find${pascal(name)}>>[number];

function shown(row: Row): ${pascal(name)}Page['items'][number] {
  return {
    ...row,
${odd.map((line) => `    ${line},`).join('\n')}
  };
}
`
}`;
}

/** How a value that JSON does not hold is written. */
function conversionOf({ name, type, kind, databaseType, list, optional }) {
  if (kind === 'enum' || !['BigInt', 'Decimal', 'DateTime'].includes(type)) return undefined;
  const asText = (value, call) => {
    const end = databaseType === 'date' ? '.slice(0, 10)' : '';
    return type === 'DateTime' ? `${value}${call}toISOString()${end}` : `${value}${call}toString()`;
  };
  if (list) return `${name}: row.${name}.map((each) => ${asText('each', '.')})`;
  return `${name}: ${optional ? `${asText(`row.${name}`, '?.')} ?? null` : asText(`row.${name}`, '.')}`;
}
