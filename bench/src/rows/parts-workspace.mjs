/** The files of a workspace of one domain, `parts`, without its fragments: texts by path. */
export const partsWorkspace = (name) => ({
  'package.json': `{ "name": "${name}", "private": true }`,
  'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
  'schema.config.json': JSON.stringify({
    schemaDir: 'db',
    base: 'db/base.prisma',
    classifications: {
      open: { rank: 1, meaning: 'for all', rowSecurity: false, mask: false, log: true },
    },
    retentionTypes: [],
    noCascadeInto: { classifications: [], models: [] },
    extensions: [],
  }),
  'db/base.prisma':
    'datasource db {\n  provider = "postgresql"\n}\n\ngenerator client {\n  provider = "prisma-client"\n  output   = "../client"\n}\n',
  'db/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'prisma.config.ts': `export default {
  schema: 'db/schema.prisma',
  migrations: { path: 'db/migrations' },
  datasource: { url: process.env.DATABASE_URL },
};
`,
  'packages/parts/package.json': `{ "name": "@${name}/parts", "version": "0.0.0", "schemaDomain": "parts" }`,
});
