import { html, type Html } from '../html.ts';

/** A page: where it stands, what it is called, what it shows. */
export interface Page {
  /** From the site's folder. */
  readonly file: string;
  readonly title: string;
  readonly body: Html;
}

const SECTIONS = [
  ['index.html', 'Overview'],
  ['diagram.html', 'Diagram'],
  ['protection.html', 'Protection'],
  ['timeline.html', 'Timeline'],
] as const;

/** In this order: a page opened as a file may load no modules. */
const SCRIPTS = ['index', 'combobox', 'search', 'diagram'];

/** Leads from a page to the site's folder. */
function baseOf(file: string): string {
  return '../'.repeat(file.split('/').length - 1);
}

/** The whole document of a page. */
export function layout({ file, title, body }: Page): string {
  const base = baseOf(file);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – schema atlas</title>
        <link rel="stylesheet" href="${base}assets/atlas.css" />
        ${SCRIPTS.map((name) => html`<script defer src="${base}assets/${name}.js"></script>`)}
      </head>
      <body data-base="${base}">
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <nav aria-label="Sections">
            ${SECTIONS.map(
              ([target, name]) =>
                html`<a href="${base}${target}" ${file === target && html`aria-current="page"`}
                  >${name}</a
                >`,
            )}
          </nav>
          <form role="search" class="search">
            <label for="search">Search</label>
            <input
              id="search"
              type="search"
              autocomplete="off"
              role="combobox"
              aria-expanded="false"
              aria-controls="found"
              aria-autocomplete="list"
              placeholder="model, field, table ( / )"
            />
            <ul id="found" class="found" role="listbox" aria-label="Found" hidden></ul>
          </form>
        </header>
        <main id="content" tabindex="-1">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `.text;
}

/** A table that scrolls by itself where the window is narrow. */
export function table(caption: string, heads: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html``;
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** A diagram that can be scrolled, and enlarged by its buttons; a model of a large one can be found. */
export function diagram(label: string, svg: Html, { isLarge = false } = {}): Html {
  return html`<figure class="diagram" data-diagram>
    <div class="tools">
      <button type="button" data-zoom="0.8" aria-label="Smaller">−</button>
      <button type="button" data-zoom="1.25" aria-label="Larger">+</button>
      <button type="button" data-zoom="fit">Fit</button>
      ${isLarge && finder()}
    </div>
    ${
      isLarge &&
      html`<p role="status"></p>
        <ul class="neighbours" aria-label="Neighbours"></ul>`
    }
    <div class="canvas" tabindex="0" role="region" aria-label="${label}">${svg}</div>
    <figcaption>${label}</figcaption>
  </figure>`;
}

/** Shown by the script that it works with. */
function finder(): Html {
  return html`<form class="search find" hidden>
    <label for="find">Show</label>
    <input
      id="find"
      type="search"
      autocomplete="off"
      role="combobox"
      aria-expanded="false"
      aria-controls="found-here"
      aria-autocomplete="list"
      placeholder="a model and its neighbours"
    />
    <ul id="found-here" class="found" role="listbox" aria-label="Models" hidden></ul>
  </form>`;
}
