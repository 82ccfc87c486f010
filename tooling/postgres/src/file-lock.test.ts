import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileLock } from './file-lock.ts';
import { lifeOf } from './process-state.ts';

const DEAD = `${process.pid}:1`; // This pid, in a life that is over.

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'file-lock-'));
  lock = path.join(folder, 'lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('withFileLock', () => {
  it('lets one caller of a process in at a time', async () => {
    let inside = 0;
    let most = 0;
    const turns = Array.from({ length: 20 }, () =>
      withFileLock(lock, async () => {
        most = Math.max(most, (inside += 1));
        await nextTurn();
        inside -= 1;
      }),
    );
    await Promise.all(turns);
    expect(most).toBe(1);
  });

  it('lets one process in at a time', async () => {
    const counter = path.join(folder, 'counter');
    writeFileSync(counter, '0');
    await Promise.all(Array.from({ length: 6 }, () => countInAnotherProcess(counter, 25)));
    expect(readFileSync(counter, 'utf8')).toBe('150');
  });

  it('answers what the work answers, and frees the lock when the work fails', async () => {
    await expect(withFileLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withFileLock(lock, () => 'yes')).toBe('yes');
  });

  it('takes the lock of a dead process over, also where its pid lives again', async () => {
    mkdirSync(lock);
    writeFileSync(path.join(lock, '7'), DEAD);
    expect(await withFileLock(lock, () => 'mine')).toBe('mine');
  });

  it('tells who holds it while it waits', async () => {
    mkdirSync(lock);
    writeFileSync(path.join(lock, '3'), lifeOf(process.pid));
    const told: number[] = [];
    await withFileLock(
      lock,
      () => undefined,
      (holder) => {
        told.push(holder);
        writeFileSync(path.join(lock, '3'), '');
      },
    );
    expect(told).toEqual([process.pid]);
  });

  it('keeps its folder small', async () => {
    for (let turn = 0; turn < 200; turn += 1) await withFileLock(lock, () => undefined);
    writeFileSync(path.join(lock, `new-${DEAD}-0.5`), '');
    await withFileLock(lock, () => undefined);
    expect(readdirSync(lock).length).toBeLessThan(70);
    expect(readdirSync(lock).filter((name) => name.startsWith('new-'))).toEqual([]);
  });
});

/** Reads, waits and writes: without the lock counts are lost. */
function countInAnotherProcess(counter: string, times: number): Promise<void> {
  const script = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { setTimeout as wait } from 'node:timers/promises';
    import { withFileLock } from ${JSON.stringify(new URL('../dist/file-lock.js', import.meta.url).href)};
    for (let turn = 0; turn < ${times}; turn += 1) {
      await withFileLock(${JSON.stringify(lock)}, async () => {
        const count = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'));
        await wait(1);
        writeFileSync(${JSON.stringify(counter)}, String(count + 1));
      });
    }`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`ended with ${code}`)),
    );
  });
}
