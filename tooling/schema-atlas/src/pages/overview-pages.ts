import type { ManifestDomain, ManifestModel } from '@holovitals/schema-composer';
import { html, type Html } from '../html.ts';
import { diagram, table, type Page } from './layout.ts';
import type { Parts } from './model-page.ts';

/** The pages that show all of it: overview, diagram, protection, timeline. */
export function overviewPages(parts: Parts): Page[] {
  return [indexPage(parts), diagramPage(parts), protectionPage(parts), timelinePage(parts)];
}

function indexPage({ atlas, places, diagrams }: Parts): Page {
  const { domains, models, enums, schemaHash } = atlas.manifest;
  return {
    file: 'index.html',
    title: 'Schema',
    body: html`
      <p>
        ${amount(models.length, 'model')} and ${amount(enums.length, 'enum')} in
        ${amount(domains.length, 'domain')}, by ${amount(atlas.migrations.length, 'migration')}.
        Hash <code class="hash">${schemaHash}</code>
      </p>
      ${table(
        'Domains',
        ['Domain', 'Owner', 'Models', 'Enums', 'Depends on'],
        domains.map(
          ({ name, dependencies }) =>
            html`<tr>
              <th scope="row"><a href="${places.domain(name)}">${name}</a></th>
              <td>${atlas.owners.get(name)?.join(' ')}</td>
              <td>${models.filter(({ domain }) => domain === name).length}</td>
              <td>${enums.filter(({ domain }) => domain === name).length}</td>
              <td>${dependencies.join(', ')}</td>
            </tr>`,
        ),
      )}
      ${diagram('Domains and what they depend on', diagrams.domains(''))}
    `,
  };
}

function diagramPage({ atlas, diagrams }: Parts): Page {
  const names = new Set(atlas.manifest.models.map(({ name }) => name));
  return {
    file: 'diagram.html',
    title: 'Diagram',
    body: html`<p>
        Each model stands with its domain and leads to its page. A line leads from a foreign key to
        its target; a broken one leads to another domain.
      </p>
      ${diagram('All models, grouped by domain', diagrams.models(names, ''), { isLarge: true })}`,
  };
}

/** A domain: its models, its enums, and how its models are related. */
export function domainPage({ name, packageName, directory }: ManifestDomain, parts: Parts): Page {
  const { atlas, places, diagrams } = parts;
  const models = atlas.manifest.models.filter(({ domain }) => domain === name);
  const enums = atlas.manifest.enums.filter(({ domain }) => domain === name);
  return {
    file: places.domain(name),
    title: name,
    body: html`
      <p>
        <code>${packageName}</code> in <code>${directory}</code>, owned by
        ${atlas.owners.get(name)?.join(' ') ?? 'nobody'}
      </p>
      ${table(
        'Models',
        ['Model', 'Table', 'What it holds'],
        models.map(
          (model) =>
            html`<tr>
              <th scope="row"><a href="../${places.model(model.name)}">${model.name}</a></th>
              <td><code>${model.table}</code></td>
              <td>${model.doc}</td>
            </tr>`,
        ),
      )}
      ${
        enums.length > 0 &&
        html`<h2>Enums</h2>
          <ul class="columns">
            ${enums.map((each) => html`<li><a href="../${places.enum(each.name)}">${each.name}</a></li>`)}
          </ul>`
      }
      ${
        models.length > 0 &&
        diagram(
          `Models of ${name}`,
          diagrams.models(new Set(models.map((each) => each.name)), '../'),
          { isLarge: models.length > 8 },
        )
      }
    `,
  };
}

function protectionPage({ atlas, places }: Parts): Page {
  const { classifications, domains, models } = atlas.manifest;
  const words = Object.entries(classifications).sort(([, a], [, b]) => b.rank - a.rank);
  const row = (model: ManifestModel): Html => {
    const counts = words.map(([word, { rank }]) => {
      const count = model.fields.filter(({ classification }) => classification === word).length;
      const heat = count === 0 ? 0 : Math.min(5, Math.ceil((count / model.fields.length) * 5));
      return html`<td class="heat rank-${Math.min(rank, 4)} heat-${heat}">${count || ''}</td>`;
    });
    return html`<tr>
      <th scope="row"><a href="${places.model(model.name)}">${model.name}</a></th>
      ${counts}
      <td>${model.fields.filter(({ encrypted }) => encrypted).length || ''}</td>
      <td>${model.rowSecurity ? 'yes' : ''}</td>
      <td>${model.retention}</td>
    </tr>`;
  };
  return {
    file: 'protection.html',
    title: 'Protection',
    body: html`
      <dl class="facts">
        ${words.map(
          ([word, { meaning }]) =>
            html`<div>
              <dt>${word}</dt>
              <dd>${meaning}</dd>
            </div>`,
        )}
      </dl>
      ${domains.map(({ name }) =>
        table(
          name,
          ['Model', ...words.map(([word]) => word), 'Encrypted', 'Row security', 'Retention'],
          models.filter(({ domain }) => domain === name).map(row),
        ),
      )}
    `,
  };
}

function timelinePage({ atlas }: Parts): Page {
  return {
    file: 'timeline.html',
    title: 'Timeline',
    body: html`<ol class="timeline" reversed>
      ${[...atlas.migrations].reverse().map(
        ({ name, time, domains, reversible, events, isRead }) =>
          html`<li>
            <h2><code>${name}</code></h2>
            <p>
              ${time} ${domains.length > 0 && html`touches ${domains.join(', ')};`}
              ${reversible === null ? '' : reversible ? 'reversible' : 'not reversible'}
            </p>
            ${!isRead && html`<p>Its SQL does not parse: what it did is not told.</p>`}
            <details>
              <summary>${amount(events.length, 'change')}</summary>
              <ul>
                ${events.map(
                  (event) =>
                    html`<li>
                      <code>${event.name}${event.part !== null && `.${event.part}`}</code>
                      ${event.kind} ${event.from !== undefined && `from ${event.from}`}
                    </li>`,
                )}
              </ul>
            </details>
          </li>`,
      )}
    </ol>`,
  };
}

function amount(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
