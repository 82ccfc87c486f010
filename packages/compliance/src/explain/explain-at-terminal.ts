import type { CommandContext, CommandResult } from '../command/package-command.ts';
import { chartUnknown, personUnknown, inputInvalid } from '../errors.ts';
import { findUser } from '../people/find-user.ts';
import { explainAccessSchema, type AccessExplanation } from './explain-access.schema.ts';
import { tableOf } from './explain-access.ts';

/** Whose access to which patient's record is to be explained, as the command line has it. */
export interface TerminalQuestion {
  /** Id or address of the account. */
  readonly person: string;
  readonly patientId: string;
  readonly purposeOfUse: string | null;
  readonly list: string | null;
  readonly recordId: string | null;
  readonly isWrite: boolean;
  /** Whether the session is thought to have shown a second factor. */
  readonly hasMfa: boolean;
}

/**
 * Explains somebody's access at a terminal, as in a session in the organisation of that account. It
 * changes nothing, and shows nothing of the record.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.PERSON_UNKNOWN`, `COMPLIANCE.CHART_UNKNOWN`
 */
export async function explainAtTerminal(
  context: Pick<CommandContext, 'session' | 'url'>,
  question: TerminalQuestion,
): Promise<CommandResult> {
  const { person, patientId, purposeOfUse, list, recordId, isWrite, hasMfa } = question;
  const parsed = explainAccessSchema.safeParse({
    ...(purposeOfUse !== null && { purposeOfUse }),
    ...(list !== null && { list }),
    ...(recordId !== null && { recordId }),
    act: isWrite ? 'write' : 'read',
  });
  if (!parsed.success) throw inputInvalid('explain access', parsed.error);
  const userId = await findUser(context, person);
  if (userId === null) throw personUnknown('--user');
  const { session } = context;
  const data = parsed.data;
  const actor = { userId, mfa: hasMfa, purposeOfUse: data.purposeOfUse ?? null };
  const options = { act: data.act, record: data.recordId, table: data.list && tableOf(data.list) };
  // The identity is set for this one statement, which the session then forgets.
  const { rows } = await session.query<{ answer: AccessExplanation | null }>(
    `with acting as materialized (
       select set_actor($1::jsonb || jsonb_build_object('organizationId',
         (select organization_id from users where id = $2::uuid)))::text as done)
     select explain_patient_access($3::uuid, $4::jsonb) as answer
     from acting where done is not null`,
    [JSON.stringify(actor), userId, patientId, JSON.stringify(options)],
  );
  const answer = rows[0]?.answer ?? null;
  if (answer === null) throw chartUnknown();
  return { data: answer, text: renderExplanation(answer), state: 'done' };
}

const MARKS = new Map([
  [true, 'yes'],
  [false, 'NO'],
  [null, '-'],
]);

function renderExplanation({
  allowed,
  by,
  purposeOfUse,
  treating,
  own,
}: AccessExplanation): string {
  const lines = (title: string, rules: AccessExplanation['own']) => [
    title,
    ...rules.map(
      ({ rule, holds, says }) =>
        `  ${(MARKS.get(holds) ?? '').padEnd(4)}${rule.padEnd(23)}${says ?? ''}`,
    ),
  ];
  const verdict = allowed ? `allowed, ${by ?? ''}` : 'not allowed';
  return [
    `${verdict}; purpose ${purposeOfUse}`,
    ...lines('as one who treats the patient', treating),
    ...lines('as the patient or a representative', own),
  ].join('\n');
}
