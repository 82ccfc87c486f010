import { placeOf, type Place, type Span } from './source-file.ts';

/** A fault in what people wrote, at the place where they wrote it. */
export interface Diagnostic {
  /** `COMPOSE.…`, explained in `docs/errors.md`. */
  readonly code: string;
  readonly message: string;
  /** Null only for faults of the workspace that no file holds. */
  readonly place: Place | null;
  readonly related: readonly RelatedPlace[];
  readonly fix: string | null;
}

export interface RelatedPlace {
  readonly message: string;
  readonly place: Place;
}

interface DiagnosticInput {
  readonly code: string;
  readonly message: string;
  readonly at: Span | null;
  readonly related?: readonly { readonly message: string; readonly at: Span }[];
  readonly fix?: string;
  /** Further lines on which Prisma would tell the same fault again. */
  readonly covers?: readonly Span[];
}

/** Rules push what they find here; nothing is thrown, so that one run shows every fault. */
export type Report = (input: DiagnosticInput) => void;

/** Makes a reporter that collects into `diagnostics`, and into `covered` the lines dealt with. */
export function createReport(diagnostics: Diagnostic[], covered = new Set<string>()): Report {
  return ({ code, message, at, related = [], fix, covers = [] }) => {
    const spans = [...(at === null ? [] : [at]), ...related.map((each) => each.at), ...covers];
    for (const span of spans) covered.add(lineKey(placeOf(span)));
    diagnostics.push({
      code: `COMPOSE.${code}`,
      message,
      place: at === null ? null : placeOf(at),
      related: related.map((each) => ({ message: each.message, place: placeOf(each.at) })),
      fix: fix ?? null,
    });
  };
}

/** Names the line of a place. */
export function lineKey({ file, line }: Place): string {
  return `${file}:${String(line)}`;
}

/** Orders diagnostics by file, line, column and code, and drops exact repetitions. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics
    .map((diagnostic) => ({ diagnostic, key: sortKey(diagnostic) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .filter(({ key }) => !seen.has(key) && seen.add(key))
    .map(({ diagnostic }) => diagnostic);
}

/** Renders diagnostics for people: place, code, message, the quoted line with a caret, the fix. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(formatDiagnostic).join('\n');
}

function formatDiagnostic({ code, message, place, related, fix }: Diagnostic): string {
  const lines = [`${place === null ? '' : `${placeName(place)} `}${code}: ${message}`];
  if (place !== null) lines.push(...quote(place));
  for (const each of related) {
    lines.push(`  ${each.message} ${placeName(each.place)}`, ...quote(each.place));
  }
  if (fix !== null) lines.push(`  fix: ${fix}`);
  return `${lines.join('\n')}\n`;
}

function placeName(place: Place): string {
  return `${place.file}:${String(place.line)}:${String(place.column)}`;
}

/** The line and a caret under it; long lines are cut around the caret, tabs keep their width. */
function quote({ line, column, length, text }: Place): string[] {
  const from = text.length > 160 && column > 80 ? column - 61 : 0;
  // A file may hold control characters, and a terminal would obey them.
  const shown = text.slice(from, from + 160).replace(/[^\t\P{Cc}]/gu, '\uFFFD');
  const before = shown.slice(0, column - 1 - from).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - before.length)));
  const gutter = String(line);
  return [`  ${gutter} | ${shown}`, `  ${' '.repeat(gutter.length)} | ${before}${carets}`];
}

function sortKey({ code, message, place }: Diagnostic): string {
  const pad = (value: number) => String(value).padStart(9, '0');
  return place === null
    ? `\u0000${code}\u0000${message}`
    : `${place.file}\u0000${pad(place.line)}${pad(place.column)}${code}\u0000${message}`;
}
