import type { ServerOptions } from '../src/build-server.ts';
import { openAccounts, totp, type Accounts } from './accounts.ts';

type Body = Record<string, unknown>;

/** An answer with its headers, for routes that speak through them. */
export interface Reply {
  readonly status: number;
  readonly body: Body;
  readonly etag: string | undefined;
}

/** The API with two organisations and people who work in them. */
export interface Clinic extends Accounts {
  readonly organizations: readonly [string, string];
  /** Sends a request as somebody. */
  as(
    token: string,
    method: Method,
    url: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Reply>;
  /** Registers a person with a role in an organisation; answers the token of a session with a second factor. */
  staff(email: string, role: string, organizationId?: string | null): Promise<string>;
  /** Id of an account. */
  userId(email: string): Promise<string>;
  /** Registers a patient; answers the id. */
  patient(token: string, fields?: Body): Promise<string>;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Serves the API with organisations; see {@link openAccounts}. */
export async function openClinic(options: Partial<ServerOptions> = {}): Promise<Clinic> {
  const accounts = await openAccounts(options);
  const { owner, platform } = accounts;
  const organization = async (name: string) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into organizations (id, name, kind, updated_at) values (uuid_v7(), $1, 'PROVIDER', now()) returning id`,
      [name],
    );
    return rows[0]?.id ?? '';
  };
  const organizations = [await organization('North'), await organization('South')] as const;

  const as: Clinic['as'] = async (token, method, url, body, headers = {}) => {
    const answer = await platform.server.inject({
      method,
      url,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body !== undefined && { payload: body }),
    });
    const { etag } = answer.headers;
    return {
      status: answer.statusCode,
      body: answer.json<Body>(),
      etag: typeof etag === 'string' ? etag : undefined,
    };
  };
  const userId = async (email: string) => {
    const { rows } = await owner.query<{ id: string }>('select id from users where email = $1', [
      email,
    ]);
    return rows[0]?.id ?? '';
  };
  return {
    ...accounts,
    ...{ organizations, as, userId },
    async staff(email, role, organizationId = organizations[0]) {
      await accounts.registered(email);
      const id = await userId(email);
      await owner.query('update users set organization_id = $2, role = $3 where id = $1', [
        id,
        organizationId,
        role,
      ]);
      await owner.query(
        `insert into user_roles (id, user_id, role_id, organization_id, reason)
         select uuid_v7(), $1, id, $2, 'test' from roles where name = $3`,
        [id, organizationId, role],
      );
      const token = await accounts.loggedIn(email);
      const enrolled = await as(token, 'POST', '/v1/me/factors/totp', {});
      const code = totp(String(enrolled.body['secret']), new Date());
      await as(token, 'POST', '/v1/me/factors/totp/confirm', { code });
      return token;
    },
    async patient(token, fields = {}) {
      const answer = await as(token, 'POST', '/v1/patients', {
        family: 'Doe',
        given: 'Jane',
        ...fields,
      });
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return String(answer.body['id']);
    },
  };
}
