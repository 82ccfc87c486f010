import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { describeByPs, isAlive, isSameLife, isServerOf, lifeOf } from './process-state.ts';

describe('process state', () => {
  it('knows a living process from one that never was', () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(2 ** 22 + 1)).toBe(false);
  });

  it('takes a zombie for dead', async () => {
    // The shell becomes `sleep`, which never asks how its child ended.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60']);
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
    );
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(() => process.kill(pid, 0)).not.toThrow();
    parent.kill('SIGKILL');
  });

  it('tells one life of a pid from another', () => {
    expect(isSameLife(lifeOf(process.pid))).toBe(true);
    expect(isSameLife(`${process.pid}:1`)).toBe(false);
    expect(isSameLife('nonsense')).toBe(false);
  });

  it('takes no other program for a server, even in its folder', () => {
    expect(isServerOf(process.pid, process.cwd())).toBe(false);
  });

  it.runIf(process.platform !== 'win32')('reads the same from ps', () => {
    expect(describeByPs(process.pid)).toMatchObject({
      name: expect.stringContaining('node') as string,
      started: expect.stringMatching(/^\d{13}$/) as string,
    });
    expect(describeByPs(2 ** 22 + 1)).toBeUndefined();
  });
});
