import { readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../workspace.mjs';
import { runProcess } from '../run-process.mjs';
import { createTestDatabase, environmentOf, migrations, migrator } from './databases.mjs';

const client = fileURLToPath(new URL('../peers/run-script.mjs', import.meta.url));
const hasPsql = spawnSync('psql', ['--version']).status === 0;

/** The whole schema into an empty database; ours keeps history and objects beside it. */
export const deployFirst = {
  name: 'deploy-first',
  what: 'first deploy of the whole schema, whole process',
  peer: hasPsql ? 'the same SQL through `psql -f`' : 'the same SQL through `pg` in a fresh process',
  aim: { atMost: 2 },
  prepare() {
    const scripts = readdirSync(migrations, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.join(migrations, name, 'migration.sql'))
      .sort();
    const onEmpty = async (run) => {
      const database = await createTestDatabase();
      try {
        return await run(database.url);
      } finally {
        await database.drop();
      }
    };
    const byPsql = (url) => [
      'psql',
      ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url, ...scripts.flatMap((file) => ['-f', file])],
    ];
    const byClient = (url) => [process.execPath, [client, url, ...scripts]];
    return {
      ours: () =>
        onEmpty((url) =>
          runProcess(process.execPath, [migrator, 'deploy'], {
            cwd: root,
            env: environmentOf(url),
          }),
        ),
      peer: () => onEmpty((url) => runProcess(...(hasPsql ? byPsql : byClient)(url))),
      note: 'ours applies the SQL objects and its history as well',
    };
  },
};
