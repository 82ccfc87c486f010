import { buildManifest } from './build-manifest.ts';
import { createReport, lineKey, sortDiagnostics, type Diagnostic } from './diagnostic.ts';
import { closureOf, orderDomains } from './domain-graph.ts';
import { domainUnknown } from './errors.ts';
import type { SchemaManifest } from './manifest.ts';
import { resolveSchema, type OwnedBlock } from './resolve-schema.ts';
import { checkRules } from './rules/check-rules.ts';
import { scanFragment } from './scan-fragment.ts';
import { spliceSchema } from './splice.ts';
import { validateSchema } from './validate-schema.ts';
import { readWorkspace } from './workspace.ts';

/** What to compose. */
export interface ComposeInput {
  /** Folder of `pnpm-workspace.yaml`. */
  readonly root: string;
  /** Compose this domain and what it depends on; all domains when left out. */
  readonly domain?: string | undefined;
  /** Leave the rules out: a schema of the past is held to what a schema must be, not to them. */
  readonly withoutRules?: boolean | undefined;
}

/** A composed schema, or the diagnostics that stand in its way. */
export interface Composition {
  /** In the order of files and lines; empty when the schema is valid. */
  readonly diagnostics: readonly Diagnostic[];
  /** Null when there are diagnostics. */
  readonly output: {
    /** Text of `schema.prisma`. */
    readonly schema: string;
    readonly manifest: SchemaManifest;
    /** Where the outputs belong, from the root: the whole in `schemaDir`, a part in its package. */
    readonly directory: string;
  } | null;
}

/**
 * Composes the fragments of all domain packages in memory; nothing is written. The same files give
 * the same bytes, whatever their order on disk, the clock or the locale.
 *
 * @example
 * const { diagnostics, output } = composeWorkspace({ root: findWorkspaceRoot(process.cwd()) });
 * if (output === null) console.error(formatDiagnostics(diagnostics));
 */
export function composeWorkspace({ root, domain, withoutRules }: ComposeInput): Composition {
  const diagnostics: Diagnostic[] = [];
  const covered = new Set<string>();
  const report = createReport(diagnostics, covered);
  const workspace = readWorkspace(root, report);
  if (workspace === null) return { diagnostics: sortDiagnostics(diagnostics), output: null };
  const domains = orderDomains(workspace.domains, report);
  const names = domains.map(({ name }) => name);
  if (domain !== undefined && !names.includes(domain)) throw domainUnknown(domain, names);
  const included = domain === undefined ? new Set(names) : closureOf(domain, domains);
  const owned: OwnedBlock[] = domains.flatMap((each) =>
    each.fragments.flatMap((file) =>
      scanFragment(file, report).map((block) => ({ block, domain: each })),
    ),
  );
  const isWhole = !diagnostics.some(({ code }) => structural.has(code));
  const schema = resolveSchema(owned, domains, workspace.config, report);
  if (withoutRules !== true) {
    checkRules({ schema, owned, config: workspace.config, isWhole, report });
  }

  const blocks = owned
    .filter((each) => included.has(each.domain.name))
    .map(({ block }) => block)
    .filter(({ kind }) => kind !== 'datasource' && kind !== 'generator');
  const inverses = new Map(
    [...schema.inverses].map(([model, list]) => [
      model,
      list.filter(({ owner }) => included.has(owner.domain.name)),
    ]),
  );
  const splice = spliceSchema(workspace.base, blocks, inverses);
  const prisma: Diagnostic[] = [];
  validateSchema(splice, createReport(prisma));
  // Prisma says again, in its words, what a rule has said of the line.
  diagnostics.push(...prisma.filter(({ place }) => place === null || !covered.has(lineKey(place))));

  const outside = domains.filter(({ name }) => !included.has(name));
  const relevant = diagnostics.filter((each) => !concernsOnly(each, outside));
  if (relevant.length > 0) return { diagnostics: sortDiagnostics(relevant), output: null };
  const manifest = buildManifest(schema, included, workspace.config, splice.text);
  const home = domains.find(({ name }) => name === domain)?.directory;
  const directory = home === undefined ? workspace.config.schemaDir : `${home}/.alone/prisma`;
  return { diagnostics: [], output: { schema: splice.text, manifest, directory } };
}

/** After one of these, what stands in the file is not wholly known. */
const structural = new Set([
  'COMPOSE.SYNTAX',
  'COMPOSE.UNCLOSED_BLOCK',
  'COMPOSE.ENCODING',
  'COMPOSE.UNREADABLE',
]);

function concernsOnly(
  { place, related }: Diagnostic,
  domains: readonly { readonly directory: string }[],
): boolean {
  const places = [place, ...related.map((each) => each.place)].filter((each) => each !== null);
  return (
    places.length > 0 &&
    places.every(({ file }) => domains.some(({ directory }) => file.startsWith(`${directory}/`)))
  );
}
