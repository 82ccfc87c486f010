import type { TimelineEntry } from '../history/timelines.ts';
import { html, type Html } from '../html.ts';

/** The migration that brought it, and whether others changed it. */
export function sinceOf(entries: readonly TimelineEntry[]): Html {
  const [first, ...later] = entries;
  if (first === undefined) return html`<span class="quiet">not told</span>`;
  return html`<code title="${first.migration}">${first.time ?? first.migration}</code> ${
      later.length > 0 &&
      html`<details>
        <summary>${later.length} later</summary>
        ${historyOf(later)}
      </details>`
    }`;
}

/** What happened, in its order. */
export function historyOf(entries: readonly TimelineEntry[]): Html {
  if (entries.length === 0) return html`<p>No migration tells of it.</p>`;
  return html`<ol class="history">
    ${entries.map(
      ({ time, migration, what }) => html`<li>${time} ${what} by <code>${migration}</code></li>`,
    )}
  </ol>`;
}
