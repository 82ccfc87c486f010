/**
 * Lines for a shell, one after another: log in, find the record, read its summary, read who saw it.
 * `account` is the `{ email, password }` of the demo patient.
 */
export function firstSession(base, account) {
  const pick = (path) => `node -p 'JSON.parse(require("fs").readFileSync(0)).${path}'`;
  const send = `-H 'content-type: application/json' -d '${JSON.stringify(account)}'`;
  const bearer = '-H "authorization: Bearer $token"';
  return [
    `token=$(curl -s ${base}/v1/auth/login ${send} | ${pick('token')})`,
    `patient=$(curl -s ${base}/v1/me/patients ${bearer} | ${pick('items[0].id')})`,
    `curl -s ${base}/v1/patients/$patient/summary ${bearer}`,
    `curl -s ${base}/v1/patients/$patient/accesses ${bearer}`,
  ];
}
