import type { Browser } from 'playwright-core';

/** Opens the host's Chromium, for tests of the system tier. */
export function openBrowser(): Promise<Browser>;
