import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { newestMigration, type Shop } from './shop-workspace.ts';

/** A shop in a git repository of its own. */
export interface ShopRepository {
  /** Runs git and answers what it prints; a conflict is no failure. */
  git(...args: string[]): string;
  commit(message: string): void;
  /** Adds a sealed migration, and commits it. */
  add(name: string, sql: string, down?: string, domains?: readonly string[]): void;
  newest(): string;
}

/** Puts a shop under git, what it has committed on branch main. */
export function commitShop(shop: Shop): ShopRepository {
  const git = (...args: string[]) => {
    const author = ['-c', 'user.name=shop', '-c', 'user.email=shop@example.org'];
    try {
      const options = { cwd: shop.root, encoding: 'utf8', stdio: 'pipe' } as const;
      return execFileSync('git', [...author, ...args], options);
    } catch (error) {
      return String((error as { stdout?: string }).stdout);
    }
  };
  const commit = (message: string) => {
    git('add', '-A');
    git('commit', '-qm', message);
  };
  shop.write('.gitignore', 'db/schema.*\n.data\n.env\n');
  git('init', '-q', '-b', 'main');
  commit('first');
  return {
    ...{ git, commit, newest: () => newestMigration(shop) },
    add(name, sql, down = 'select 1;', domains = ['catalog']) {
      shop.addMigration(name, sql);
      const folder = path.join(shop.migrations, name);
      writeFileSync(path.join(folder, 'down.sql'), down);
      writeFileSync(path.join(folder, 'meta.json'), JSON.stringify({ domains, reversible: true }));
      shop.seal();
      commit(name);
    },
  };
}
