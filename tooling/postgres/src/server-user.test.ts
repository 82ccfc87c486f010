import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isReachable } from './server-user.ts';

const folder = mkdtempSync('/var/tmp/reach-');

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('isReachable', () => {
  it('asks every ancestor whether it lets the user pass', () => {
    const inner = path.join(folder, 'closed', 'inner');
    mkdirSync(inner, { recursive: true });
    chmodSync(folder, 0o755);
    expect(isReachable(inner, { uid: 65_534, gid: 65_534 })).toBe(true);
    chmodSync(path.join(folder, 'closed'), 0o700);
    expect(isReachable(inner, { uid: 65_534, gid: 65_534 })).toBe(false);
    const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    expect(isReachable(inner, { uid, gid })).toBe(true);
  });
});
