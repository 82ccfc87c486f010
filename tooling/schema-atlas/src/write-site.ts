import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { openDiagrams } from './diagram.ts';
import { folderTaken } from './errors.ts';
import { openTimelines } from './history/timelines.ts';
import { enumPage } from './pages/enum-page.ts';
import { layout, type Page } from './pages/layout.ts';
import { modelPage, type Parts } from './pages/model-page.ts';
import { domainPage, overviewPages } from './pages/overview-pages.ts';
import { openPlaces } from './places.ts';
import type { Atlas } from './read-atlas.ts';
import { searchIndex } from './search-index.ts';

const ASSETS = path.join(import.meta.dirname, '../assets');

/**
 * Writes the site into a folder in one step, in place of an atlas that stands there; answers how many
 * pages it has. The same atlas gives the same bytes.
 *
 * @throws CodedError `ATLAS.FOLDER_TAKEN`
 */
export async function writeSite(atlas: Atlas, folder: string): Promise<number> {
  if (!isFree(folder)) throw folderTaken(folder);
  const { manifest } = atlas;
  const places = openPlaces(manifest);
  const parts: Parts = {
    atlas,
    places,
    timelines: openTimelines(atlas.migrations),
    diagrams: await openDiagrams(manifest, places),
  };
  const pages = [
    ...overviewPages(parts),
    ...manifest.domains.map((domain) => domainPage(domain, parts)),
    ...manifest.models.map((model) => modelPage(model, parts)),
    ...manifest.enums.map((each) => enumPage(each, parts)),
  ];
  mkdirSync(path.dirname(folder), { recursive: true });
  const made = mkdtempSync(`${folder}.`);
  chmodSync(made, 0o755);
  cpSync(ASSETS, path.join(made, 'assets'), { recursive: true });
  writeFileSync(path.join(made, 'assets/index.js'), searchIndex(manifest, places));
  for (const page of pages) writePage(made, page);
  rmSync(folder, { recursive: true, force: true });
  renameSync(made, folder);
  return pages.length;
}

function writePage(folder: string, page: Page): void {
  const file = path.join(folder, page.file);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, layout(page));
}

/** Nothing stands there, or an atlas. */
function isFree(folder: string): boolean {
  if (!existsSync(folder)) return true;
  if (!statSync(folder).isDirectory()) return false;
  if (readdirSync(folder).length === 0) return true;
  return existsSync(path.join(folder, 'assets/atlas.css'));
}
