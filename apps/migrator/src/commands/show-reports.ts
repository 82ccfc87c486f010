import { setTimeout } from 'node:timers/promises';
import { isCodedError } from '@holovitals/errors';
import { printData, printJson, reportError } from '../output.ts';

const CLEAR_SCREEN = '\u001b[H\u001b[2J';
const WATCH_SECONDS = 5;

/** How a report is shown, and whether again and again. */
export interface ReportOptions {
  readonly json?: boolean;
  readonly format?: 'text' | 'json' | 'openmetrics';
  /** Seconds between two looks; true: the usual. */
  readonly watch?: number | true;
}

/** What a report looks like to people and to scrapers. */
export interface ReportForms<Report> {
  readonly text: (report: Report) => string;
  readonly openMetrics: (report: Report) => string;
}

/** Looks and shows what is seen: once, or until a signal ends it. */
export async function showReports<Report>(
  { json, format = 'text', watch }: ReportOptions,
  look: () => Promise<Report>,
  forms: ReportForms<Report>,
): Promise<void> {
  const shown = json === true ? 'json' : format;
  const show = (report: Report) => {
    if (shown === 'openmetrics') return printData(forms.openMetrics(report));
    if (shown === 'json') {
      // One line each, for programs that read a stream.
      return watch === undefined ? printJson(report) : printData(JSON.stringify(report));
    }
    const clear = watch !== undefined && process.stdout.isTTY ? CLEAR_SCREEN : '';
    printData(`${clear}${withoutControls(forms.text(report))}`);
  };
  if (watch === undefined) return show(await look());
  const seconds = watch === true ? WATCH_SECONDS : watch;
  for (;;) {
    // A server that is away for a while is what one watches for.
    await look().then(show, (error: unknown) => {
      if (!isCodedError(error)) throw error;
      reportError(error, shown === 'json');
    });
    await setTimeout(seconds * 1_000);
  }
}

/** Names in a database may hold what a terminal obeys; lines are ours. */
function withoutControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}
