import { camel, pascal } from './route-use-case.mjs';
import { readJson } from './workspace.mjs';

/** The route itself, and the test that asks it. */
export function apiFiles(route) {
  const { domain, name } = route;
  return {
    [`apps/api/src/${domain}/${name}.routes.ts`]: routeText(route),
    [`apps/api/test/${name}.db.test.ts`]: testText(route),
  };
}

/** The list of every route with one more at its end. */
export function withRoutes(text, { domain, name }) {
  const constant = `${camel(name)}Routes`;
  const imported = `import { ${constant} } from './${domain}/${name}.routes.ts';\n`;
  const last = text.lastIndexOf("routes.ts';\n") + "routes.ts';\n".length;
  const listed = `${text.slice(0, last)}${imported}${text.slice(last)}`;
  return listed.replace(/(allRoutes[^=]*= \[[^\]]*?),?\s*\];/, (_all, begun) => {
    return `${begun},\n  ${constant},\n];`;
  });
}

function routeText({ folder, name, address, model, permission }) {
  return `import { list${pascal(name)}, list${pascal(name)}Schema, ${camel(name)}PageSchema } from '${readJson(`${folder}/package.json`).name}';
import type { Routes } from '../routes.ts';

/** The rows of ${model.name}, to who holds \`${permission}\`. */
export const ${camel(name)}Routes: Routes = (server, { clinical }) => {
  server.get(
    '${address}',
    {
      schema: {
        tags: ['${name}'],
        summary: 'List of ${name.replaceAll('-', ' ')}, page by page',
        querystring: list${pascal(name)}Schema,
        response: { 200: ${camel(name)}PageSchema },
      },
    },
    ({ query, caller }) => list${pascal(name)}(clinical, caller.actor, query),
  );
};
`;
}

function testText({ address, model, permission, grants }) {
  const [{ role, condition }] = grants;
  const isScoped = model.fields.some((each) => each.name === 'organizationId');
  const needsProof = condition.stepUp === true;
  return `/** @module-tag slow */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
${needsProof ? "import { PASSWORD } from './accounts.ts';\n" : ''}import { openClinic, type Clinic } from './clinic.ts';

let clinic: Clinic;
let reader: string;

beforeAll(async () => {
  clinic = await openClinic();
  reader = await clinic.staff('reader@example.org', '${role}');
${needsProof ? "  await clinic.as(reader, 'POST', '/v1/auth/step-up', { password: PASSWORD });\n" : ''}});

afterAll(() => clinic.close());

/** The ids of the rows that are to be shown, and how many audit rows tell of them. */
async function stored() {
  const rows = await clinic.owner.query<{ id: string }>(
    'select id::text from ${model.table}${isScoped ? ' where organization_id = $1' : ''} order by ${idColumn(model)}',
    ${isScoped ? '[clinic.organizations[0]]' : '[]'},
  );
  const audited = await clinic.owner.query<{ count: number; shown: number }>(
    'select count(*)::int as count, coalesce(sum(record_count), 0)::int as shown from audit_logs where resource_type = $1',
    ['${model.name}'],
  );
  return { ids: rows.rows.map(({ id }) => id), ...audited.rows[0] };
}

describe('GET ${address}', () => {
  it('asks who calls', async () => {
    expect((await clinic.call('GET', '${address}')).status).toBe(401);
  });

  it('is closed without ${permission}, and leaves no word of a row', async () => {
    const stranger = await clinic.registered('stranger@example.org');
    const { status, body } = await clinic.as(stranger, 'GET', '${address}');
    expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'IDENTITY.NOT_PERMITTED' });
    expect(body).not.toHaveProperty('items');
  });

  it('shows every row once, page by page, and leaves an audit row of each page', async () => {
    const before = await stored();
    const ids: string[] = [];
    let pages = 0;
    for (let after = ''; pages === 0 || after !== ''; pages += 1) {
      const url = \`${address}?limit=2\${after === '' ? '' : \`&after=\${after}\`}\`;
      const { status, body } = await clinic.as(reader, 'GET', url);
      expect(status).toBe(200);
      ids.push(...(body['items'] as { id: string }[]).map(({ id }) => id));
      after = (body['next'] as string | null) ?? '';
    }
    expect(ids).toEqual(before.ids);
    expect(await stored()).toEqual({
      ids: before.ids,
      count: (before.count ?? 0) + pages,
      shown: (before.shown ?? 0) + ids.length,
    });
  });

  it('refuses what its schema does not know', async () => {
    const { status } = await clinic.as(reader, 'GET', '${address}?limit=many');
    expect(status).toBe(400);
  });
});
`;
}

function idColumn({ fields }) {
  return fields.find((each) => each.id).column;
}
