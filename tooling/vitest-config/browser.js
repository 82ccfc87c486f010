import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

/** Opens the host's Chromium, for tests of the system tier. */
export function openBrowser() {
  const found = (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => PROGRAMS.map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error('chromium is missing: .ci/install-host-packages');
  return chromium.launch({ executablePath: found, args: ARGUMENTS });
}
