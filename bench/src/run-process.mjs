import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs a whole process to its end. Answers its wall time in milliseconds and its peak memory in
 * bytes (its own resident set, read from /proc while it runs; null where there is no /proc).
 * Throws where it fails.
 */
export async function runProcess(command, args, options = {}) {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  let peak = null;
  const timer = setInterval(() => {
    peak = Math.max(peak ?? 0, peakMemoryOf(child.pid) ?? 0) || peak;
  }, 5);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearInterval(timer));
  if (code !== 0)
    throw new Error(`${path.basename(command)} ended with ${code}:\n${said.slice(-2000)}`);
  return { ms: performance.now() - started, peak };
}

/** Peak resident set of a living process in bytes, or null. */
export function peakMemoryOf(pid) {
  return statusOf(pid, 'VmHWM');
}

/** Resident set of a living process in bytes, or null. */
export function memoryOf(pid) {
  return statusOf(pid, 'VmRSS');
}

function statusOf(pid, field) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}
