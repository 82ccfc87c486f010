import type { ManifestEnum } from '@holovitals/schema-composer';
import { html } from '../html.ts';
import { historyOf, sinceOf } from './history.ts';
import { table, type Page } from './layout.ts';
import type { Parts } from './model-page.ts';

/** An enum: its values, and the fields that hold them. */
export function enumPage(each: ManifestEnum, { atlas, places, timelines }: Parts): Page {
  const { name, domain, databaseName, doc, source, values } = each;
  const users = atlas.manifest.models.flatMap((model) =>
    model.fields
      .filter(({ kind, type }) => kind === 'enum' && type === name)
      .map((field) => ({ model, field })),
  );
  return {
    file: places.enum(name),
    title: name,
    body: html`
      <p>${doc}</p>
      <dl class="facts">
        <div>
          <dt>Domain</dt>
          <dd><a href="../${places.domain(domain)}">${domain}</a></dd>
        </div>
        <div>
          <dt>Owner</dt>
          <dd>${atlas.owners.get(domain)?.join(' ') ?? 'nobody is named'}</dd>
        </div>
        <div>
          <dt>Type</dt>
          <dd><code>${databaseName}</code></dd>
        </div>
        <div>
          <dt>Source</dt>
          <dd><code>${source.file}:${source.line}</code></dd>
        </div>
      </dl>
      ${table(
        'Values',
        ['Value', 'In the database', 'Meaning', 'Since'],
        values.map(
          (value) =>
            html`<tr>
              <th scope="row"><code>${value.name}</code></th>
              <td><code>${value.databaseName}</code></td>
              <td>
                ${value.doc} ${value.deprecated !== null && `Deprecated: ${value.deprecated.text}`}
              </td>
              <td>${sinceOf(timelines.of(databaseName, value.databaseName))}</td>
            </tr>`,
        ),
      )}
      <h2>Where it is used</h2>
      <ul>
        ${users.map(
          ({ model, field }) =>
            html`<li>
              <a href="../${places.model(model.name)}#${field.name}">${model.name}.${field.name}</a>
            </li>`,
        )}
      </ul>
      <h2>History</h2>
      ${historyOf(timelines.of(databaseName))}
    `,
  };
}
