import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from '@holovitals/vitest-config/browser';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAtlas, writeSite } from '../../src/index.ts';
import { openShop, type Shop } from '../open-shop.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = [
  'index.html',
  'diagram.html',
  'protection.html',
  'timeline.html',
  'domains/goods.html',
  'models/Item.html',
  'enums/Kind.html',
];

let shop: Shop;
let site: string;
let browser: Browser;

beforeAll(async () => {
  shop = openShop();
  site = path.join(shop.root, 'atlas');
  await writeSite(await readAtlas(shop.root), site);
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  shop.remove();
});

/** A page opened as a file, what went wrong on it, and what it asked for. */
async function open(file: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => faults.push(message.text()));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path.join(site, file)).href);
  return { page, faults, requests, close: () => context.close() };
}

/** What axe finds wrong, by rule and place. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: runner } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const found = await runner.run({ preload: false });
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

describe('the site in a browser', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it.each(PAGES)(
      `%s has no fault of access, ${colorScheme}, and asks for files only`,
      async (file) => {
        const { page, faults, requests, close } = await open(file, { colorScheme });
        expect(faults).toEqual([]);
        expect(await violations(page)).toEqual([]);
        expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
        await close();
      },
    );
  }

  it('finds a field by keyboard alone, and goes to its row', async () => {
    const { page, close } = await open('index.html');
    await page.keyboard.press('/');
    await page.keyboard.type('item title');
    await page.locator('#found [aria-selected="true"]').waitFor();
    expect(await page.getAttribute('#search', 'aria-expanded')).toBe('true');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/models/Item.html#title');
    expect(await page.locator('tr:target th').innerText()).toBe('title');
    await close();
  });

  it('finds a model by its table, and moves through what it found', async () => {
    const { page, close } = await open('timeline.html');
    await page.fill('#search', 'orders');
    const chosen = page.locator('#found [aria-selected="true"]');
    const first = await chosen.innerText();
    expect(first).toContain('Order');
    await page.keyboard.press('ArrowDown');
    expect(await chosen.innerText()).not.toBe(first);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#found')).toBe(false);
    await close();
  });

  it('enlarges the diagram, shows the neighbours of a model, and leads to its page', async () => {
    const { page, close } = await open('diagram.html');
    const svg = page.locator('.canvas svg');
    const width = async () => Number(await svg.getAttribute('width'));
    const before = await width();
    await page.click('button[data-zoom="1.25"]');
    expect(await width()).toBeGreaterThan(before);
    await page.locator('.canvas').focus();
    await page.keyboard.press('-');
    await page.keyboard.press('-');
    expect(await width()).toBeLessThan(before);
    await page.hover('.node:has-text("Order")');
    expect(await page.locator('.node.near').count()).toBe(2);
    expect(await page.locator('.edge.crosses').count()).toBe(1);
    await page.click('.node:has-text("Order")');
    await page.waitForURL('**/models/Order.html');
    await close();
  });

  it('shows a model of the diagram with its neighbours by keyboard, and tells a screen reader', async () => {
    const { page, close, faults } = await open('diagram.html');
    await page.focus('#find');
    await page.keyboard.type('orders');
    await page.keyboard.press('Enter');
    const hit = () => page.locator('.node.hit title').innerHTML();
    expect(await hit()).toBe('Order');
    expect(await page.locator('.node.near').count()).toBe(2);
    expect(await page.innerText('[role="status"]')).toBe(
      'Order is related to 1 of the models here:',
    );
    const box = await page.locator('.node.hit').boundingBox();
    const frame = await page.locator('.canvas').boundingBox();
    expect(box?.y).toBeGreaterThan(frame?.y ?? Infinity);
    expect(await violations(page)).toEqual([]);
    await page.click('.neighbours a:has-text("Item")');
    await page.waitForURL('**/diagram.html#node-Item');
    expect(await hit()).toBe('Item');
    await page.focus('#find');
    await page.keyboard.press('Escape');
    expect(await page.locator('.node.hit, .node.near, .neighbours li').count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('is led from a model to its place among all, which the address keeps', async () => {
    const { page, close } = await open('models/Order.html');
    await page.click('a:has-text("In the diagram of all models")');
    await page.waitForURL('**/diagram.html#node-Order');
    await page.locator('.node.hit').waitFor();
    await page.reload();
    await page.locator('.node.hit').waitFor();
    expect(await page.inputValue('#find')).toBe('Order');
    await close();
  });

  it('fits a phone: nothing but tables and diagrams scrolls sideways', async () => {
    for (const file of PAGES) {
      const { page, close } = await open(file, { viewport: { width: 360, height: 720 } });
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect({ file, wide }).toEqual({ file, wide: 0 });
      await close();
    }
  });

  it('is read without its script', async () => {
    const { page, close } = await open('models/Order.html', { javaScriptEnabled: false });
    await page.click('a:has-text("Item")');
    await page.waitForURL('**/models/Item.html');
    expect(await page.title()).toBe('Item – schema atlas');
    await page.goto(pathToFileURL(path.join(site, 'diagram.html')).href);
    expect(await page.isVisible('#find')).toBe(false);
    await close();
  });
});
