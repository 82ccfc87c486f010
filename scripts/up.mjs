import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { firstSession } from './first-session.mjs';
import { reportFailure, root, runStage } from './run-stages.mjs';

const migrator = (...args) => [path.join(root, 'apps/migrator/bin/migrator.mjs'), ...args];
const production = process.env.NODE_ENV === 'production';
const envFile = path.join(root, '.env');

try {
  process.exitCode = await up();
} catch (error) {
  process.exitCode = reportFailure(error);
}

/** Builds, brings the database up to date, and serves the API until a signal ends it. */
async function up() {
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  if (production && !process.env.DATABASE_URL) {
    process.stderr.write(
      'DATABASE_URL is not set, and NODE_ENV is "production".\n' +
        '  why: the embedded PostgreSQL is for development.\n' +
        '  fix: set DATABASE_URL to postgresql://user:password@host:5432/database\n',
    );
    return 2;
  }
  await runStage({
    name: 'build',
    command: 'turbo',
    args: ['run', 'build', 'atlas', '--output-logs=errors-only'],
    fix: 'pnpm build',
  });
  if (!production && !existsSync(envFile)) await stage('environment', ['env', 'init']);
  await stage('roles', ['roles', 'sync']);
  await stage('migrate', ['deploy']);
  await stage('rights', ['roles', 'sync']);
  await stage('seed', ['seed']);
  const url = (await stage('application role', ['roles', 'url'])).trim();
  if (production) return serve(url, {});
  const owner = await account('first owner', 'owner', ['--if-none', '--json'], url);
  return serve(url, { owner, demo: await account('demo patient', 'demo', [], url) });
}

function stage(name, args) {
  return runStage({
    name,
    command: process.execPath,
    args: migrator(...args),
    fix: `pnpm migrator ${args.join(' ')}`,
  });
}

/** Runs a program of the API that makes accounts; answers what it prints, or undefined. */
async function account(name, program, args, appUrl) {
  const told = await runStage({
    name,
    command: process.execPath,
    args: [path.join(root, `apps/api/bin/${program}.mjs`), ...args],
    env: { APP_DATABASE_URL: appUrl },
    fix: `node apps/api/bin/${program}.mjs`,
  });
  return told.trim() === '' ? undefined : JSON.parse(told);
}

/** Works on the audit trail beside the API; on a server of yours it is for your own supervisor. */
function guardTrail() {
  const works = [
    ['audit', 'seal', '--every', '5', '--dir', '.data/checkpoints'],
    ['audit', 'watch', '--every', '60'],
  ];
  const running = works.map((args) => {
    const work = spawn(process.execPath, migrator(...args), {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    work.stderr.setEncoding('utf8').on('data', (text) => {
      said = `${said}${text}`.slice(-2000);
    });
    work.once('close', (code) => {
      if (code === null || code === 0) return;
      process.stderr.write(`${said}Stopped: pnpm migrator ${args.join(' ')}\n`);
    });
    return work;
  });
  return () => {
    for (const work of running) work.removeAllListeners('close').kill('SIGTERM');
  };
}

/** Runs the API with the application role; its first line is the base URL. */
function serve(appUrl, accounts) {
  const leaveTrail = production ? () => {} : guardTrail();
  return new Promise((resolve, reject) => {
    const api = spawn(process.execPath, [path.join(root, 'apps/api/dist/main.js')], {
      cwd: root,
      env: { ...process.env, APP_DATABASE_URL: appUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = false;
    api.stdout.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      const base = /^(http\S+)$/m.exec(text)?.[1];
      if (!told && base !== undefined) process.stdout.write(nextSteps(base, accounts));
      told ||= base !== undefined;
    });
    let signalled;
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.on(signal, () => {
        signalled = signal;
        api.kill(signal);
      });
    }
    api.once('error', reject);
    api.once('close', (code) => {
      leaveTrail();
      if (signalled === undefined) resolve(code ?? 1);
      else resolve(signalled === 'SIGINT' ? 130 : 143);
    });
  });
}

function nextSteps(base, { owner, demo }) {
  return `${owner === undefined ? '' : ownerLines(base, owner)}${demo === undefined ? '' : sessionLines(base, demo)}
Try next:
  curl ${base}/health/ready
  curl ${base}/v1/roles
  open ${base}/docs
  open ${base}/atlas
  pnpm migrator status
  pnpm db status      (the embedded PostgreSQL; \`pnpm db stop\` ends it)
`;
}

function ownerLines(base, owner) {
  return `
The first owner, shown this once:
  ${owner.email}
  ${owner.password}
  curl ${base}/v1/auth/login -H 'content-type: application/json' -d '${JSON.stringify(owner)}'
`;
}

function sessionLines(base, demo) {
  const lines = firstSession(base, demo).map((line) => `  ${line}`);
  return `\nA first session, as the demo patient (a made-up person):\n${lines.join('\n')}\n`;
}
