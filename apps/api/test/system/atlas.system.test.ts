import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { leaveOut, readAtlas, writeSite } from '@holovitals/schema-atlas';
import { openBrowser } from '@holovitals/vitest-config/browser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPlatform, type TestPlatform } from '../test-platform.ts';

const root = path.join(import.meta.dirname, '../../../..');
let folder: string;
let platform: TestPlatform;
let browser: Awaited<ReturnType<typeof openBrowser>>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'api-atlas-'));
  const atlas = path.join(folder, 'atlas');
  await writeSite(leaveOut(await readAtlas(root), 'secret'), atlas);
  platform = await openTestPlatform({ atlas });
  await platform.server.listen({ host: '127.0.0.1', port: 0 });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

it('the atlas works in a browser under the policy that it is served with', async () => {
  const { port } = platform.server.server.address() as AddressInfo;
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => faults.push(message.text()));
  await page.goto(`http://127.0.0.1:${String(port)}/atlas`);
  await page.fill('#search', 'user email');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/atlas/models/User.html#email*');
  const paper = 'getComputedStyle(document.body).getPropertyValue("--paper")';
  expect(await page.evaluate(paper)).not.toBe('');
  expect(faults).toEqual([]);
});
