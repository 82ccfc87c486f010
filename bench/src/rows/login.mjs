import { openClinic } from './clinic.mjs';
import { offer, warmUp } from './served.mjs';

/** Far below what either server can do: the row asks how long people wait, not how many may come. */
const LOGINS_A_SECOND = 10;
const READS_A_SECOND = 200;

/** Passwords are checked on the threads that reads need too. */
export const login = {
  name: 'login',
  what: 'the 99th percentile of a log-in by password, 10 a second beside 200 reads of a summary',
  peer: 'the same beside the same reads as bare handlers, Argon2id with the same parameters',
  // The peer asks for no policy, no lock, no factor and no range of addresses.
  aim: { atMost: 2 },
  async prepare({ quick }) {
    const clinic = await openClinic({ colleagues: 64 });
    const seconds = quick ? 10 : 30;
    const { headers, patientId, logins } = clinic;
    const reads = [{ method: 'GET', path: `/v1/patients/${patientId}/summary`, headers }];
    const entries = logins.map((body) => ({
      ...{ method: 'POST', path: '/v1/auth/login', body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json' },
    }));
    const seen = { ours: [], peer: [] };
    for (const server of [clinic.api, clinic.bare]) {
      await warmUp(server, reads, quick ? 1000 : 4000);
      await warmUp(server, entries, 200);
    }
    const measure = (server, side) => async () => {
      const [entered, read] = await Promise.all([
        offer(server, entries, { seconds, rate: LOGINS_A_SECOND, connections: 10 }),
        offer(server, reads, { seconds, rate: READS_A_SECOND, connections: 20 }),
      ]);
      seen[side].push({ entered, read });
      return { ms: entered.p99, p99: entered.p99, peak: server.peak() };
    };
    return {
      ours: measure(clinic.api, 'ours'),
      peer: measure(clinic.bare, 'peer'),
      close: () => clinic.close(),
      get note() {
        return `half of the log-ins within ${middle(seen.ours, 'entered', 'p50')} ms (peer ${middle(seen.peer, 'entered', 'p50')} ms); reads within ${middle(seen.ours, 'read', 'p99')} ms (${middle(seen.peer, 'read', 'p99')} ms) in 99 of 100`;
      },
    };
  },
};

function middle(rounds, what, percentile) {
  const values = rounds.map((round) => round[what][percentile]).sort((a, b) => a - b);
  return values[values.length >> 1];
}
