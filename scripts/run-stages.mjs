import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The workspace's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const live = process.stderr.isTTY === true && process.env.CI === undefined;
const colour = live && process.env.NO_COLOR === undefined;
const dim = (text) => (colour ? `\u001b[2m${text}\u001b[22m` : text);
const red = (text) => (colour ? `\u001b[31m${text}\u001b[39m` : text);
const green = (text) => (colour ? `\u001b[32m${text}\u001b[39m` : text);

/** A stage that failed: its name, its exit code and all it said. */
class StageError extends Error {
  constructor(stage, exitCode, output) {
    super(`Stage “${stage.name}” failed.`);
    this.stage = stage;
    this.exitCode = exitCode;
    this.output = output;
  }
}

/**
 * Runs one stage, `{ name, command, args, env?, fix? }`: quiet about what goes well, everything
 * about what fails. Answers the stage's standard output; throws {@link StageError}.
 */
export async function runStage(stage) {
  const started = performance.now();
  const ticker = startTicker(stage.name, started);
  try {
    const output = await capture(stage);
    ticker.end(`${green('✓')} ${stage.name} ${dim(seconds(started))}`);
    return output;
  } catch (error) {
    ticker.end(undefined);
    throw error;
  }
}

/** Prints a failed stage: which, what it said, and how to run it alone. Answers the exit code. */
export function reportFailure(error) {
  if (!(error instanceof StageError)) throw error;
  const { stage, output, exitCode } = error;
  process.stderr.write(`${red('✗')} ${error.message}\n`);
  if (output.trim() !== '') process.stderr.write(`${output.trimEnd()}\n`);
  if (stage.fix !== undefined) process.stderr.write(`${dim('To see it alone:')} ${stage.fix}\n`);
  return exitCode;
}

function capture(stage) {
  return new Promise((resolve, reject) => {
    const child = spawn(stage.command, stage.args, {
      cwd: root,
      env: { ...process.env, DO_NOT_TRACK: '1', ...stage.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let everything = '';
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      everything += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      everything += text;
    });
    child.once('error', (error) => reject(new StageError(stage, 1, String(error.message))));
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new StageError(stage, code ?? 1, everything));
    });
  });
}

/** A line that tells the running stage and its age on a terminal, two lines a stage elsewhere. */
function startTicker(name, started) {
  if (!live) {
    process.stderr.write(`${name} …\n`);
    return { end: (line) => line !== undefined && process.stderr.write(`${line}\n`) };
  }
  const draw = () => process.stderr.write(`\r\u001b[K${dim('·')} ${name} ${dim(seconds(started))}`);
  draw();
  const timer = setInterval(draw, 250);
  return {
    end(line) {
      clearInterval(timer);
      process.stderr.write(`\r\u001b[K${line === undefined ? '' : `${line}\n`}`);
    },
  };
}

function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
