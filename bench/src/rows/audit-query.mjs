import { listAuditEvents } from '@holovitals/compliance';
import { idOf, openTrail, PATIENTS, PEOPLE } from './trail.mjs';

const PAGE = 50;
/** So many rows may be read from end to end: this month holds hardly any. */
const SMALL = 1000;
const HOUR_MS = 3_600_000;
const draw = (most) => Math.floor(Math.random() * most);

/** What officers ask for; each time of somebody or something else. `of` is the organisation's number. */
function questionsOf({ from, to }) {
  const within = (days) => {
    const begun = from.getTime() + draw(to.getTime() - from.getTime() - days * 24 * HOUR_MS);
    const end = begun + days * 24 * HOUR_MS;
    return { from: new Date(begun).toISOString(), to: new Date(end).toISOString() };
  };
  // Of the two organisations that have half and a fifth of all.
  const person = () => ({ userId: idOf(`user ${draw(600)}`) });
  const patient = () => ({ patientId: idOf(`patient ${draw(PATIENTS)}`) });
  return {
    person: () => person(),
    'person in a week': () => ({ ...person(), ...within(7) }),
    'person of elsewhere': () => ({ userId: idOf(`user ${600 + draw(PEOPLE - 600)}`) }),
    patient: () => patient(),
    'patient in a month': () => ({ ...patient(), ...within(30) }),
    'patient and address': () => ({ ...patient(), ip: `10.${draw(200)}.${draw(250)}.7` }),
    'common event': () => ({ eventType: 'PHI_READ' }),
    'rare event': () => ({ eventType: 'LOGIN_FAILED' }),
    'rare event in a day': () => ({ eventType: 'PHI_EXPORT', ...within(1) }),
    row: () => {
      const id = idOf(`patient ${draw(PATIENTS)}`);
      return { resourceType: 'Patient', resourceId: id };
    },
    newest: () => ({}),
    'an hour': () => {
      const { from: begun } = within(1);
      return { from: begun, to: new Date(Date.parse(begun) + HOUR_MS).toISOString() };
    },
    'far page': () => ({ after: `${within(1).from}~${idOf('any')}` }),
    'rare event, small organisation': () => ({ of: 19, eventType: 'LOGIN_FAILED' }),
    'newest, small organisation': () => ({ of: 19 }),
  };
}

const COLUMNS = {
  userId: 'user_id',
  patientId: 'patient_id',
  eventType: 'event_type',
  resourceType: 'resource_type',
  resourceId: 'resource_id',
  ip: 'ip',
};

/** The same question as somebody writes it who owns the tables. */
function statementOf({ of: _of, from, to, after, ...equal }, organization) {
  const quote = (value) => `'${value}'`;
  const conditions = [
    `organization_id = ${quote(organization)}`,
    ...Object.entries(equal).map(([name, value]) => `${COLUMNS[name]} = ${quote(value)}`),
    ...(from === undefined ? [] : [`"timestamp" >= ${quote(from)}`]),
    ...(to === undefined ? [] : [`"timestamp" < ${quote(to)}`]),
  ];
  if (after !== undefined) {
    const [at, id] = after.split('~');
    conditions.push(
      `"timestamp" <= ${quote(at)}`,
      `("timestamp", id) < (${quote(at)}, ${quote(id)})`,
    );
  }
  return `select * from audit_logs where ${conditions.join(' and ')} order by "timestamp" desc, id desc limit ${PAGE + 1}`;
}

/** The indexes that a plan reads; throws where it reads a partition with rows from end to end. */
function indexesOf(plan, name) {
  const found = new Set();
  const visit = (node) => {
    const read = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0);
    if (node['Node Type'] === 'Seq Scan' && read > SMALL) {
      throw new Error(`${name} reads ${node['Relation Name']} from end to end.`);
    }
    if (node['Index Name'] !== undefined && node['Actual Loops'] > 0) {
      found.add(
        node['Index Cond'] === undefined ? 'timestamp order' : columnsOf(node['Index Cond']),
      );
    }
    for (const child of node.Plans ?? []) visit(child);
  };
  visit(plan);
  return [...found];
}

const columnsOf = (condition) =>
  [...new Set(condition.match(/[a-z_]+(?=(::text)?\)? (?:=|<|>))/g) ?? [])].join(', ');

const quantile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

const timed = async (work) => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

/** What an officer waits for a page of the trail, by what is asked for. */
export const auditQuery = {
  name: 'audit-query',
  what: 'the slowest 95th percentile of fifteen kinds of search over 10 million audit rows (1 million with `--quick`), each a page with policy, names and audit row; no kind above 50 ms',
  peer: 'the bare select of the owner',
  aim: { atMost: 8, atMostMs: 50 },
  async prepare({ quick }) {
    const trail = await openTrail(quick ? 1_000_000 : 10_000_000);
    try {
      const questions = questionsOf(trail);
      const times = { ours: {}, peer: {} };
      const used = {};
      const ask = {
        ours: async ({ of = 0, ...filters }) => {
          const actor = trail.officer(trail.organizations[of]);
          await listAuditEvents(trail.context, actor, { ...filters, limit: PAGE });
        },
        peer: async (question) => {
          const organization = trail.organizations[question.of ?? 0];
          await trail.owner.query(statementOf(question, organization));
        },
      };
      for (const [name, make] of Object.entries(questions)) {
        const question = make();
        const { rows } = await trail.owner.query(
          `explain (analyze, format json) ${statementOf(question, trail.organizations[question.of ?? 0])}`,
        );
        used[name] = indexesOf(rows[0]['QUERY PLAN'][0].Plan, name);
        for (const side of ['ours', 'peer']) {
          times[side][name] = [];
          await ask[side](make());
        }
      }
      const sample = async (side) => {
        for (const [name, make] of Object.entries(questions)) {
          for (let n = 0; n < 20; n += 1) {
            const question = make();
            times[side][name].push(await timed(() => ask[side](question)));
          }
        }
        const worst = Math.max(...Object.values(times[side]).map((all) => quantile(all, 0.95)));
        return { ms: worst };
      };
      return {
        ours: () => sample('ours'),
        peer: () => sample('peer'),
        close: () => trail.close(),
        get note() {
          const ms = (all, share) => quantile(all, share).toFixed(1);
          return Object.keys(questions)
            .map((name) => {
              const [ours, peer] = [times.ours[name], times.peer[name]];
              return `\n  ${name}: ${ms(ours, 0.5)} ms, 95th ${ms(ours, 0.95)} (bare ${ms(peer, 0.5)}, ${ms(peer, 0.95)}) by ${used[name].join(' | ')}`;
            })
            .join('');
        },
      };
    } catch (error) {
      await trail.close();
      throw error;
    }
  },
};
