/**
 * The environment of a server process: only what it needs, so that the caller's secrets are not
 * readable through it, and messages in English, which `server-fault.ts` reads.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const base = process.platform === 'win32' ? process.env : { PATH: process.env['PATH'] };
  return { ...base, LC_ALL: 'C', TZ: 'UTC' };
}
