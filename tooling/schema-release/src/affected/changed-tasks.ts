import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { turboFailed } from '../errors.ts';

const run = promisify(execFile);

/** A task that a change makes run again, and the first reason for it. */
export interface ChangedTask {
  readonly task: string;
  readonly packageName: string;
  /** A file that the task reads; null where it waits for another task, or reads what all read. */
  readonly file: string | null;
}

const query = (base: string) => `query {
  affectedTasks(base: ${JSON.stringify(base)}) {
    items {
      name
      package { name }
      directDependents { length }
      reason { __typename ... on TaskFileChanged { filePath } }
    }
  }
}`;

interface Answer {
  readonly data?: {
    readonly affectedTasks?: {
      readonly items: readonly {
        readonly name: string;
        readonly package: { readonly name: string };
        readonly directDependents: { readonly length: number };
        readonly reason: { readonly __typename: string; readonly filePath?: string };
      }[];
    };
  };
}

/**
 * The tasks that turbo would run again for what differs from `commit`, the working tree with its
 * new files included. Turbo compares by each task's inputs, so that what a task reads of another
 * package's folder counts.
 *
 * @throws CodedError `RELEASE.TURBO_FAILED`
 */
export async function changedTasks(root: string, commit: string): Promise<ChangedTask[]> {
  return (await ask(root, commit))
    .filter(({ reason, directDependents }) => {
      // What others wait for is listed with them, whether or not it changed.
      return reason.__typename !== 'TaskAllChanged' || directDependents.length === 0;
    })
    .map(({ name, package: { name: packageName }, reason }) => ({
      task: name,
      packageName,
      file: reason.filePath ?? null,
    }));
}

async function ask(root: string, commit: string) {
  const own = path.join(root, 'node_modules/.bin/turbo');
  try {
    const { stdout } = await run(existsSync(own) ? own : 'turbo', ['query', query(commit)], {
      cwd: root,
      env: { ...process.env, DO_NOT_TRACK: '1' },
      maxBuffer: 256 * 1024 ** 2,
    });
    const items = (JSON.parse(stdout) as Answer).data?.affectedTasks?.items;
    if (items !== undefined) return items;
  } catch (cause) {
    throw turboFailed(cause);
  }
  throw turboFailed();
}
