import { root } from '../workspace.mjs';
import { runProcess } from '../run-process.mjs';
import { createSchemaDatabase, environmentOf, migrator, prisma } from './databases.mjs';

/** A deploy that finds everything done: what every start of a service pays. */
export const deployNothing = {
  name: 'deploy-nothing',
  what: '`migrator deploy` with nothing to do, whole process',
  peer: '`prisma migrate deploy`',
  aim: { atMost: 0.15 },
  async prepare() {
    const database = await createSchemaDatabase();
    const options = { cwd: root, env: environmentOf(database.url) };
    return {
      ours: () => runProcess(process.execPath, [migrator, 'deploy'], options),
      peer: () => runProcess(process.execPath, [prisma, 'migrate', 'deploy'], options),
      close: () => database.drop(),
    };
  },
};
