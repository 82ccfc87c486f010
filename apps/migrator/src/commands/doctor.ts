import type { Finding } from '../doctor/finding.ts';
import { runDoctor } from '../doctor/doctor.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';

const EXIT_CODES = { ok: 0, warning: 3, critical: 4 } as const;

export async function doctor(options: { readonly json?: boolean }): Promise<void> {
  const report = await runDoctor(openWorkspace());
  process.exitCode = EXIT_CODES[report.state];
  if (options.json) return printJson(report);
  const width = Math.max(...report.findings.map(({ name }) => name.length));
  const told = report.findings.filter(({ state }) => state !== 'skipped');
  printData(told.map((finding) => inLines(finding, width)).join('\n'));
  const rest = report.findings.length - told.length;
  if (rest > 0) talk(`${rest} check(s) skipped; \`--json\` tells why`);
}

function inLines({ state, name, what, why, fix }: Finding, width: number): string {
  const lines = [`${state.padEnd(8)}  ${name.padEnd(width)}  ${what}`];
  const indent = ' '.repeat(width + 12);
  if (why !== undefined) lines.push(`${indent}why: ${why}`);
  if (fix !== undefined) lines.push(`${indent}fix: ${fix}`);
  return lines.join('\n');
}
