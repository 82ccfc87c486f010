import type { ManifestField, ManifestModel } from '@holovitals/schema-composer';
import type { Diagrams } from '../diagram.ts';
import type { Timelines } from '../history/timelines.ts';
import { html, type Html } from '../html.ts';
import type { Places } from '../places.ts';
import type { Atlas } from '../read-atlas.ts';
import { diagram, table, type Page } from './layout.ts';
import { historyOf, sinceOf } from './history.ts';

/** What every page of a model or an enum needs. */
export interface Parts {
  readonly atlas: Atlas;
  readonly places: Places;
  readonly timelines: Timelines;
  readonly diagrams: Diagrams;
}

/** Everything that is known of one model. */
export function modelPage(model: ManifestModel, parts: Parts): Page {
  const { atlas, places, timelines, diagrams } = parts;
  const around = neighboursOf(model, atlas);
  return {
    file: places.model(model.name),
    title: model.name,
    body: html`
      <p>${model.doc}</p>
      ${facts(model, parts)} ${fieldsTable(model, parts)} ${relationsTable(model, parts)}
      ${indexesTable(model)} ${constraintsTable(model)}
      <h2>Neighbours</h2>
      ${
        around.size > 1
          ? diagram(
              `${model.name} and the ${String(around.size - 1)} models that it is related to`,
              diagrams.models(around, '../', model.name),
            )
          : html`<p>It is related to no other model.</p>`
      }
      <p><a href="../diagram.html#node-${model.name}">In the diagram of all models</a></p>
      <h2>History</h2>
      ${historyOf(timelines.of(model.table))}
    `,
  };
}

function facts(model: ManifestModel, { atlas, places }: Parts): Html {
  const { deprecated, partitionBy } = model;
  const rows: readonly (readonly [string, Html | string])[] = [
    ['Domain', html`<a href="../${places.domain(model.domain)}">${model.domain}</a>`],
    ['Owner', atlas.owners.get(model.domain)?.join(' ') ?? 'nobody is named'],
    [model.view === true ? 'View' : 'Table', html`<code>${model.table}</code>`],
    ['Source', html`<code>${model.source.file}:${model.source.line}</code>`],
    ['Classification', model.classification ?? 'of each field'],
    ['Retention', model.retention ?? 'none said'],
    ['Row security', model.rowSecurity ? 'yes' : 'no'],
    ...(model.immutable ? [['Rows', 'are never changed'] as const] : []),
    ...(model.internal ? [['Internal', 'other domains may not refer to it'] as const] : []),
    ...(partitionBy === null
      ? []
      : [['Partitions', `by ${partitionBy.method} of ${partitionBy.column}`] as const]),
    ...(deprecated === null
      ? []
      : [['Deprecated', `since ${deprecated.since}. ${deprecated.text}`] as const]),
  ];
  return html`<dl class="facts">
    ${rows.map(
      ([term, value]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function fieldsTable(model: ManifestModel, parts: Parts): Html {
  return table(
    'Fields',
    ['Field', 'Type', 'Column', 'Classification', 'What it holds', 'Since'],
    model.fields.map((field) => fieldRow(model, field, parts)),
  );
}

function fieldRow(model: ManifestModel, field: ManifestField, { places, timelines, atlas }: Parts) {
  const isEnum = field.kind === 'enum';
  const mark = `${field.list ? '[]' : ''}${field.optional ? '?' : ''}`;
  const type = isEnum
    ? html`<a href="../${places.enum(field.type)}">${field.type}</a>`
    : field.type;
  const rank = atlas.manifest.classifications[field.classification]?.rank ?? 0;
  return html`<tr id="${field.name}">
    <th scope="row"><code>${field.name}</code></th>
    <td>
      ${type}${mark} ${notesOf(field).map((note) => html`<span class="note">${note}</span> `)}
    </td>
    <td><code>${field.column}</code> <span class="quiet">${field.databaseType}</span></td>
    <td><span class="rank rank-${Math.min(rank, 4)}">${field.classification}</span></td>
    <td>${field.doc}</td>
    <td>${sinceOf(timelines.of(model.table, field.column))}</td>
  </tr>`;
}

function notesOf(field: ManifestField): string[] {
  const { softref } = field;
  return [
    field.id ? 'id' : '',
    field.unique ? 'unique' : '',
    field.encrypted ? 'encrypted' : '',
    field.blindIndex === null ? '' : `searched by ${field.blindIndex}`,
    field.generated === null ? '' : 'generated',
    field.updatedAt ? 'time of the last change' : '',
    field.default === null ? '' : `default ${field.default}`,
    softref === null
      ? ''
      : 'model' in softref
        ? `points at ${softref.model}`
        : `points by ${softref.via}`,
    field.deprecated === null ? '' : `deprecated since ${field.deprecated.since}`,
  ].filter((note) => note !== '');
}

function relationsTable(model: ManifestModel, { places, atlas }: Parts): Html {
  const domainOf = new Map(atlas.manifest.models.map(({ name, domain }) => [name, domain]));
  return table(
    'Relations',
    ['Field', 'To', 'By', 'When the target goes', 'Other side'],
    model.relations.map((relation) => {
      const other = domainOf.get(relation.model) ?? '';
      const mark = relation.list ? '[]' : relation.optional ? '?' : '';
      return html`<tr>
        <th scope="row"><code>${relation.name}</code></th>
        <td>
          <a href="../${places.model(relation.model)}">${relation.model}</a>${mark}
          ${other === model.domain ? null : html`<span class="note">${other}</span>`}
        </td>
        <td>
          ${relation.fields.length > 0 ? html`<code>${relation.columns.join(', ')}</code>` : 'the other side'}
        </td>
        <td>${relation.onDelete ?? ''}</td>
        <td>${relation.inverse === null ? '' : html`<code>${relation.inverse}</code>`}</td>
      </tr>`;
    }),
  );
}

function indexesTable({ indexes, sqlIndexes }: ManifestModel): Html {
  return table(
    'Indexes',
    ['Name', 'Kind', 'Of'],
    [
      ...indexes.map(
        ({ name, kind, columns, type, where }) =>
          html`<tr>
            <th scope="row"><code>${name}</code></th>
            <td>${kind} ${type}</td>
            <td>
              <code>${columns.join(', ')}</code>
              ${where === null ? '' : html`where <code>${where}</code>`}
            </td>
          </tr>`,
      ),
      ...sqlIndexes.map(
        ({ name, sql }) =>
          html`<tr>
            <th scope="row"><code>${name}</code></th>
            <td>SQL</td>
            <td><code>${sql}</code></td>
          </tr>`,
      ),
    ],
  );
}

function constraintsTable({ checks, excludes }: ManifestModel): Html {
  return table(
    'Constraints',
    ['Name', 'What holds'],
    [...checks, ...excludes].map(
      ({ name, sql }) =>
        html`<tr>
          <th scope="row"><code>${name}</code></th>
          <td><code>${sql}</code></td>
        </tr>`,
    ),
  );
}

function neighboursOf({ name, relations }: ManifestModel, { manifest }: Atlas): Set<string> {
  const leading = manifest.models.filter((other) =>
    other.relations.some(({ model }) => model === name),
  );
  return new Set([
    name,
    ...relations.map(({ model }) => model),
    ...leading.map((other) => other.name),
  ]);
}
