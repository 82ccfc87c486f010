import { root } from '../workspace.mjs';
import { runProcess } from '../run-process.mjs';
import { createSchemaDatabase, createTestDatabase, environmentOf, migrator } from './databases.mjs';

/** A database with the whole schema and its seeds, as each test file gets it. */
export const testDatabase = {
  name: 'test-database',
  what: 'a test database ready to use, from the template',
  peer: 'running all migrations into an empty one',
  aim: { atMost: 0.1 },
  async prepare() {
    await (await createSchemaDatabase()).drop();
    return {
      async ours() {
        const started = performance.now();
        const database = await createSchemaDatabase();
        const ms = performance.now() - started;
        await database.drop();
        return { ms };
      },
      async peer() {
        const database = await createTestDatabase();
        const options = { cwd: root, env: environmentOf(database.url) };
        const { ms } = await runProcess(process.execPath, [migrator, 'deploy'], options);
        await database.drop();
        return { ms };
      },
    };
  },
};
