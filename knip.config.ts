import { readFileSync, readdirSync } from 'node:fs';
import type { KnipConfig } from 'knip';

interface PackageManifest {
  readonly schemaDomain?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const readManifest = (folder: string): PackageManifest =>
  JSON.parse(readFileSync(`packages/${folder}/package.json`, 'utf8')) as PackageManifest;

/**
 * A domain depends on the domains its fragments name, and on the database it lives in, whether or
 * not its TypeScript imports them: those dependencies are the schema's graph.
 */
const domains = readdirSync('packages').filter((folder) => readManifest(folder).schemaDomain);

const config: KnipConfig = {
  ignoreWorkspaces: ['bench'],
  workspaces: {
    ...Object.fromEntries(
      domains.map((folder) => [
        `packages/${folder}`,
        {
          ignoreDependencies: Object.keys(readManifest(folder).dependencies ?? {}).filter((name) =>
            name.startsWith('@holovitals/'),
          ),
        },
      ]),
    ),
  },
};

export default config;
