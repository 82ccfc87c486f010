import { runProcess } from '../run-process.mjs';
import { createTestDatabase, environmentOf, migrator, prisma } from './databases.mjs';
import { openSmallMigrations } from './small-migrations.mjs';

/** A long history into an empty database; the note tells what a migration takes in shorter ones. */
export const deployMany = {
  name: 'deploy-many',
  what: '1,000 small migrations into an empty database (250 with --quick)',
  peer: '`prisma migrate deploy`',
  aim: { atMost: 1 },
  async prepare({ quick }) {
    const count = quick ? 250 : 1_000;
    const whole = openSmallMigrations(count);
    const each = [];
    for (const part of [count / 4, count / 2]) {
      const shorter = openSmallMigrations(part);
      try {
        const { ms } = await deployOnEmpty(shorter.folder, [migrator, 'deploy']);
        each.push(`${part} in ${Math.round(ms)} ms`);
      } finally {
        shorter.remove();
      }
    }
    return {
      ours: () => deployOnEmpty(whole.folder, [migrator, 'deploy']),
      peer: () => deployOnEmpty(whole.folder, [prisma, 'migrate', 'deploy']),
      close: () => whole.remove(),
      note: `${count} here; ours takes ${each.join(', ')}`,
    };
  },
};

async function deployOnEmpty(folder, args) {
  const database = await createTestDatabase();
  try {
    const options = { cwd: folder, env: environmentOf(database.url) };
    return await runProcess(process.execPath, args, options);
  } finally {
    await database.drop();
  }
}
