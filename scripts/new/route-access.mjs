import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run-stages.mjs';
import { ScaffoldError } from './fault.mjs';
import { domains, readJson } from './workspace.mjs';

/** The callers of the table of what concerns no patient, as the test of the matrix makes them. */
const CALLERS = {
  stranger: { role: 'PATIENT' },
  'same organisation': { role: 'DOCTOR', mfa: true },
  admin: { role: 'ADMIN', mfa: true },
  'admin, proof': { role: 'ADMIN', mfa: true, stepUp: true },
  'owner treats': { role: 'OWNER', mfa: true },
  'owner, proof': { role: 'OWNER', mfa: true, stepUp: true },
  'key, no tie': {
    ...{ role: 'OWNER', mfa: true },
    scopes: ['READ_PHI', 'WRITE_PHI', 'SEARCH_PHI', 'READ_AUDIT_LOGS'],
  },
};

/** The grants of a permission that opens something by itself; refuses every other one. */
export function whoMay(permission) {
  const grants = seededRows('RolePermission').map(({ roleId, permissionId, condition = {} }) => {
    return { role: roleId.where.name, permission: permissionId.where.name, condition };
  });
  // A tie to the person whose record it is, or a purpose, is asked for with that record.
  const open = grants.filter(({ condition }) =>
    Object.keys(condition).every((key) => key === 'mfa' || key === 'stepUp'),
  );
  const own = new Set(
    seededRows('Permission').flatMap(({ name, scope }) => (scope === 'SELF' ? [name] : [])),
  );
  const names = [...new Set(open.map((each) => each.permission))].filter((name) => !own.has(name));
  if (!names.includes(permission)) {
    throw new ScaffoldError(
      permission === undefined
        ? 'Who may ask is not said.'
        : `"${permission}" is no permission that opens a list.`,
      `Add --permission with one of ${names.sort().join(', ')}.`,
    );
  }
  return open.filter((each) => each.permission === permission);
}

/** The matrix with a row more, behind the last one of the table of what concerns no patient. */
export function withMatrixRow(text, { address, permission, grants }) {
  const lines = text.trimEnd().split('\n');
  const title = lines.findIndex((line) => line.startsWith('## What concerns no patient'));
  const head = lines.findIndex((line, n) => n > title && line.startsWith('| Route '));
  const after = lines.findIndex((line, n) => n > head && !line.startsWith('|'));
  const end = after < 0 ? lines.length : after;
  const callers = (lines[head] ?? '')
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
  const cells = callers.map((caller) => answerTo(caller, permission, grants));
  const row = `| \`GET ${address}\` | ${cells.join(' | ')} |`;
  return `${[...lines.slice(0, end), row, ...lines.slice(end)].join('\n')}\n`;
}

function answerTo(caller, permission, grants) {
  if (caller === 'nobody') return '401';
  const { role, mfa = false, stepUp = false, scopes = [permission] } = CALLERS[caller] ?? {};
  const isHeld = grants.some(
    ({ role: holder, condition }) =>
      holder === role && (!condition.mfa || mfa) && (!condition.stepUp || stepUp),
  );
  return isHeld && scopes.includes(permission) ? 'yes' : '403';
}

/** What the packages seed of a model. */
function seededRows(model) {
  return [...domains().values()]
    .map((folder) => `${folder}/seeds`)
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) => readdirSync(path.join(root, folder)).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith('.json'))
    .map((file) => readJson(file))
    .filter((seed) => seed.model === model)
    .flatMap((seed) => seed.rows);
}
