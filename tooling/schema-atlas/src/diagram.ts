import type { ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import { instance } from '@viz-js/viz';
import { Html } from './html.ts';
import type { Places } from './places.ts';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly crosses: boolean;
  readonly isList: boolean;
}

/** Lays diagrams out: models grouped and coloured by domain, relations from the key to its target. */
export interface Diagrams {
  /** `base` leads from the page to the site's folder; `focus` is the model in the middle. */
  models(names: ReadonlySet<string>, base: string, focus?: string): Html;
  domains(base: string): Html;
}

export async function openDiagrams(
  { models, domains }: SchemaManifest,
  places: Places,
): Promise<Diagrams> {
  const viz = await instance();
  const colour = new Map(domains.map(({ name }, at) => [name, at % 8]));
  const byName = new Map(models.map((model) => [model.name, model]));
  const draw = (lines: readonly string[], title: string) => {
    const dot = `digraph ${quote(title)} {
      graph [rankdir=LR, bgcolor=transparent, nodesep=0.18, ranksep=0.9, fontname="sans-serif", pad=0.2]
      node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=12, height=0.3, margin="0.2,0.05"]
      edge [arrowsize=0.6, fontname="sans-serif", fontsize=10]
      ${lines.join('\n')}
    }`;
    const svg = viz.renderString(dot, { format: 'svg', engine: 'dot' });
    return new Html(svg.slice(svg.indexOf('<svg')));
  };
  const node = ({ name, domain }: ManifestModel, base: string, focus?: string) =>
    `${quote(name)} [id=${quote(`node-${name}`)}, class=${quote(`domain-${String(colour.get(domain) ?? 0)}${name === focus ? ' focus' : ''}`)}, URL=${quote(base + places.model(name))}, tooltip=${quote(`${name} (${domain})`)}]`;
  return {
    models(names, base, focus) {
      const shown = [...names].flatMap((name) => byName.get(name) ?? []);
      const clusters = domains.map(({ name }, at) => {
        const own = shown.filter(({ domain }) => domain === name);
        if (own.length === 0) return '';
        return `subgraph ${quote(`cluster_${String(at)}`)} { label=${quote(name)}; class=${quote(`group domain-${String(colour.get(name) ?? 0)}`)};
          ${own.map((model) => node(model, base, focus)).join('\n')} }`;
      });
      const edges = edgesOf(models).filter(({ from, to }) => names.has(from) && names.has(to));
      return draw(
        [
          ...clusters,
          ...edges
            .filter(({ from, to }) => focus === undefined || from === focus || to === focus)
            .map(
              ({ from, to, label, crosses, isList }) =>
                `${quote(from)} -> ${quote(to)} [class=${quote(crosses ? 'crosses' : 'within')}, style=${crosses ? 'dashed' : 'solid'}, dir=both, arrowtail=${isList ? 'crow' : 'none'}, tooltip=${quote(`${from}.${label} to ${to}`)}${focus === undefined ? '' : `, label=${quote(label)}`}]`,
            ),
        ],
        focus ?? 'models',
      );
    },
    domains(base) {
      return draw(
        domains.flatMap(({ name, dependencies }) => [
          `${quote(name)} [id=${quote(`node-${name}`)}, class=${quote(`domain-${String(colour.get(name) ?? 0)}`)}, URL=${quote(base + places.domain(name))}]`,
          ...dependencies.map((other) => `${quote(name)} -> ${quote(other)}`),
        ]),
        'domains',
      );
    },
  };
}

/** Foreign keys as edges. */
function edgesOf(models: readonly ManifestModel[]): Edge[] {
  const domainOf = new Map(models.map(({ name, domain }) => [name, domain]));
  return models.flatMap(({ name, domain, relations, fields, indexes }) =>
    relations
      .filter((relation) => relation.fields.length > 0)
      .map((relation) => {
        const key = relation.fields.join();
        const isOne =
          fields.some((field) => field.name === key && (field.unique || field.id)) ||
          indexes.some((index) => index.kind !== 'index' && index.fields.join() === key);
        return {
          from: name,
          to: relation.model,
          label: relation.name,
          crosses: domainOf.get(relation.model) !== domain,
          isList: !isOne,
        };
      }),
  );
}

/** A name as Graphviz takes it. */
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
