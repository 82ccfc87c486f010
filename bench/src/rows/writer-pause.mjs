import { runProcess } from '../run-process.mjs';
import { watchWriters } from '../watch-writers.mjs';
import { CHANGES, openBusyTable } from './busy-table.mjs';
import { createTestDatabase, environmentOf, migrator, prisma } from './databases.mjs';

const AIMS = {
  ...{ index: 0.3, unique: 0.3, 'foreign-key': 0.8, required: 0.8, check: 0.8 },
  // Both take a lock for a moment, or write the whole table anew.
  ...{ 'column-removed': 2, type: 1.2, rename: 2 },
};

/** The longest that a writer waits while a kind of change runs on a large table under load. */
export const writerPauses = Object.keys(CHANGES).map((change) => ({
  name: `pause-${change}`,
  what: `the worst pause of a writer during \`${change}\` on 10 million rows (1 million with --quick)`,
  peer: `\`prisma migrate deploy\` of what ${CHANGES[change].byHand === undefined ? 'Prisma' : 'somebody'} writes`,
  aim: { atMost: AIMS[change] },
  async prepare({ quick }) {
    const rows = quick ? 1_000_000 : 10_000_000;
    const table = await openBusyTable(change, rows);
    const lost = { ours: [], peer: [] };
    const sideOf = (side, args) => async () => {
      const database = await createTestDatabase({ copyOf: table.database });
      try {
        const options = { cwd: table[side], env: environmentOf(database.url) };
        let peak;
        const writers = await watchWriters(database.url, rows, async () => {
          ({ peak } = await runProcess(process.execPath, args, options));
        });
        lost[side].push(writers.lost);
        return { ms: writers.worst, peak };
      } finally {
        await database.drop();
      }
    };
    return {
      ours: sideOf('ours', [migrator, 'deploy', '--contract']),
      peer: sideOf('peer', [prisma, 'migrate', 'deploy']),
      close: () => table.remove(),
      get note() {
        return `of the writes meanwhile ours lost ${percent(lost.ours)}, the peer ${percent(lost.peer)}`;
      },
    };
  },
}));

function percent(parts) {
  const middle = [...parts].sort((a, b) => a - b)[parts.length >> 1] ?? 0;
  return `${Math.round(Math.max(0, middle) * 100)} %`;
}
