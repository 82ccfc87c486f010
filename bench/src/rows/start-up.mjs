import { root } from '../workspace.mjs';
import { runProcess } from '../run-process.mjs';
import { createSchemaDatabase, environmentOf, migrator, prisma } from './databases.mjs';

/** What a person waits for before anything is read. */
export const help = {
  name: 'help',
  what: '`migrator --help`, whole process',
  peer: 'an empty Node process',
  aim: { atMost: 2.2 },
  prepare: () => ({
    ours: () => runProcess(process.execPath, [migrator, '--help'], { cwd: root }),
    peer: () => runProcess(process.execPath, ['--eval', ''], { cwd: root }),
  }),
};

/** Where a database stands, which is asked before and after everything. */
export const status = {
  name: 'status',
  what: '`migrator status` of the whole schema, whole process',
  peer: '`prisma migrate status`',
  aim: { atMost: 0.35 },
  async prepare() {
    const database = await createSchemaDatabase();
    const options = { cwd: root, env: environmentOf(database.url) };
    return {
      ours: () => runProcess(process.execPath, [migrator, 'status'], options),
      peer: () => runProcess(process.execPath, [prisma, 'migrate', 'status'], options),
      close: () => database.drop(),
    };
  },
};
