import { CodedError } from '@holovitals/errors';
import type { z } from 'zod';

/** The input of a use case breaks its schema. Names the places, never the values. */
export function inputInvalid(useCase: string, error: z.ZodError): CodedError {
  const faults = error.issues.map((issue) => ({ place: issue.path.join('.'), rule: issue.code }));
  return new CodedError({
    code: 'COMPLIANCE.INPUT_INVALID',
    kind: 'invalid',
    message: `The input of ${useCase} is not valid.`,
    why: faults.map(({ place, rule }) => `${place === '' ? 'input' : place}: ${rule}`).join('; '),
    fix: 'Send what the schema of this call asks for.',
    details: { faults },
  });
}

/** Nobody may tell a patient who is not there from one whose trail is closed. */
export function accessesClosed(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ACCESSES_CLOSED',
    kind: 'missing',
    message: 'There is no such patient, or the list of accesses is not open to you.',
    why: 'It is open to the patient, to a personal representative, and to who may read the audit trail.',
    fix: 'Log in as one of them.',
  });
}

/** Nobody may tell a chart that is not there from one that does not open. */
export function chartClosed(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.CHART_CLOSED',
    kind: 'missing',
    message: 'There is no such patient, or the chart does not open to you for this.',
    fix: 'Look for the patient among those of the organisation that you act in.',
  });
}

export function chartUnknown(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.CHART_UNKNOWN',
    kind: 'missing',
    message: 'There is no patient with this id, or no such row in the record.',
    fix: 'Name the id of a patient, and of a row with its list: `--patient ID --list diagnoses --record ID`.',
  });
}

export function emergencyAccessOpen(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.EMERGENCY_ACCESS_OPEN',
    kind: 'conflict',
    message: 'The chart is open to you already in an emergency.',
    fix: 'Send its reason as X-Purpose-Of-Use, or end it at /v1/emergency-accesses/{id}/end first.',
  });
}

export function emergencyAccessMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.EMERGENCY_ACCESS_MISSING',
    kind: 'missing',
    message: 'There is no such emergency access that is yours to end or review, or it was done.',
    fix: 'List those that wait: GET /v1/emergency-accesses?state=to-review.',
  });
}

export function reviewOfOwn(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.REVIEW_OF_OWN',
    kind: 'forbidden',
    message: 'An emergency access is reviewed by another than who opened it.',
    fix: 'Ask another privacy officer.',
  });
}

export function consentMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.CONSENT_MISSING',
    kind: 'missing',
    message: 'There is no such consent in force.',
    fix: 'List the consents of the patient: GET /v1/patients/{id}/consents.',
  });
}

export function consentClosed(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.CONSENT_CLOSED',
    kind: 'forbidden',
    message: 'You may see the consents of this patient, and neither give nor revoke any.',
    why: 'The patient does, a personal representative in full, and who holds MANAGE_CONSENTS where the chart is kept.',
    fix: 'Ask one of them.',
  });
}

export function consentReferenceMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.CONSENT_REFERENCE_MISSING',
    kind: 'invalid',
    message:
      'The consent names an account, an organisation, a practitioner or a document that is not there.',
    fix: 'Name those that exist; the document must be the patient’s.',
  });
}

export function disclosureMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.DISCLOSURE_MISSING',
    kind: 'missing',
    message: 'There is no such disclosure of this patient.',
    fix: 'List them: GET /v1/patients/{id}/disclosures.',
  });
}

export function disclosureAhead(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.DISCLOSURE_AHEAD',
    kind: 'invalid',
    message: 'A disclosure is recorded when it was made, not before.',
    fix: 'Send `disclosedAt` in the past, or leave it out.',
  });
}

export function disclosureReferenceMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.DISCLOSURE_REFERENCE_MISSING',
    kind: 'invalid',
    message: 'The disclosure names an organisation or a consent that is not there.',
    fix: 'Name those that exist; the consent must be the patient’s.',
  });
}

export function suspensionRefused(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.SUSPENSION_REFUSED',
    kind: 'conflict',
    message: 'This disclosure cannot be left out of accountings.',
    why: 'Those to a law enforcement official or an agency of health oversight alone can (45 CFR 164.528(a)(2)).',
    fix: 'Name one with the basis LAW_ENFORCEMENT or HEALTH_OVERSIGHT.',
  });
}

export function oralStatementTooLong(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ORAL_STATEMENT_TOO_LONG',
    kind: 'invalid',
    message: 'An oral statement of an official holds for 30 days at most.',
    why: '45 CFR 164.528(a)(2)(ii)(C).',
    fix: 'Send `until` within 30 days, or ask the official for a written statement.',
  });
}

export function accountingPeriodRefused(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ACCOUNTING_PERIOD_REFUSED',
    kind: 'invalid',
    message: 'The period lies outside the six years before today.',
    why: 'An accounting is of the six years before it is asked for (45 CFR 164.528(a)(1)).',
    fix: 'Leave out `from` and `to`, or send days within them.',
  });
}

export function requestMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.REQUEST_MISSING',
    kind: 'missing',
    message: 'There is no such request of this patient.',
    fix: 'List them at /v1/patients/{id}/access-requests, /amendment-requests or /privacy-requests.',
  });
}

export function requestUnaddressed(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.REQUEST_UNADDRESSED',
    kind: 'conflict',
    message: 'No organisation keeps this chart, so that none must answer.',
    fix: 'Ask the organisation that keeps another of your charts.',
  });
}

export function receiptRefused(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.RECEIPT_REFUSED',
    kind: 'invalid',
    message: 'The request says when it came in, or who was seen, where it cannot.',
    why: 'Officers say both of what came on paper, of times in the past; an account files now, and its log-in proves who asks.',
    fix: 'Leave out `receivedAt` and `identityVerifiedAt`, or send times in the past as an officer.',
  });
}

export function extensionRefused(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.EXTENSION_REFUSED',
    kind: 'conflict',
    message: 'The time of this request is not extended, or not again.',
    why: 'It is extended once (45 CFR 164.524(b)(2)(iii), 164.526(b)(2)(ii), 164.528(c)(1)(ii)), and that of an intermediary’s list never.',
    fix: 'Answer it by its due day.',
  });
}

export function extensionLate(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.EXTENSION_LATE',
    kind: 'conflict',
    message: 'The due day of this request is over, so that its time is not extended.',
    why: 'The patient is told of an extension within the time that it extends.',
    fix: 'Answer it now.',
  });
}

export function identityUnproven(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.IDENTITY_UNPROVEN',
    kind: 'conflict',
    message: 'Nobody wrote down that who asks is who they say.',
    why: 'A record goes out to a verified person alone (45 CFR 164.514(h)).',
    fix: 'Send `identityVerifiedAt`, a time in the past, once you have seen them.',
  });
}

export function denialRefused(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.DENIAL_REFUSED',
    kind: 'conflict',
    message: 'The law knows no ground to deny this request.',
    why: 'Access alone is denied (45 CFR 164.524(a)(2)-(3)); an accounting is given.',
    fix: 'Answer it with FULFILLED.',
  });
}

export function feeRefused(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.FEE_REFUSED',
    kind: 'conflict',
    message: 'The first accounting in twelve months is free.',
    why: '45 CFR 164.528(c)(2).',
    fix: 'Answer it without `feeCents`.',
  });
}

export function reviewerDecided(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.REVIEWER_DECIDED',
    kind: 'forbidden',
    message: 'A denial is reviewed by another than who decided it.',
    why: 'The law wants a licensed professional who did not take part in the denial (45 CFR 164.524(a)(4)).',
    fix: 'Ask another officer of the organisation.',
  });
}

export function reviewRefused(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.REVIEW_REFUSED',
    kind: 'conflict',
    message: 'This denial is not one that is reviewed.',
    why: 'Those are reviewed that rest on the judgement of a health care professional (45 CFR 164.524(a)(3)).',
    fix: 'Complain, as `denial.rights` says.',
  });
}

export function amendmentTargetMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.AMENDMENT_TARGET_MISSING',
    kind: 'invalid',
    message: 'There is no such row in the record of this patient.',
    fix: 'Name the model and the id of a row of the record.',
  });
}

export function statementGiven(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.STATEMENT_GIVEN',
    kind: 'conflict',
    message: 'The statement stands there already.',
    why: 'It goes with the record as it was given.',
    fix: 'File another request for what is new.',
  });
}

export function disagreementMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.DISAGREEMENT_MISSING',
    kind: 'conflict',
    message: 'There is no statement of disagreement to rebut.',
    fix: 'Wait for one; the patient may send it after a denial.',
  });
}

export function coverageMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.COVERAGE_MISSING',
    kind: 'invalid',
    message: 'The patient has no such coverage.',
    fix: 'Name one of the patient’s, or leave `coverageId` out.',
  });
}

export function requestForOfficer(act: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.REQUEST_FOR_OFFICER',
    kind: 'forbidden',
    message: `To ${act} is for an officer of the organisation that answers, and not of one’s own.`,
    fix: 'Ask one who holds HANDLE_PATIENT_REQUESTS where the chart is kept.',
  });
}

export function requestForPatient(act: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.REQUEST_FOR_PATIENT',
    kind: 'forbidden',
    message: `To ${act} is for the patient, or a personal representative in full.`,
    why: 'Officers write down what came on paper, of requests that came on paper.',
    fix: 'Let one of them do it.',
  });
}

export function requestStateRefused(act: string, status: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.REQUEST_STATE_REFUSED',
    kind: 'conflict',
    message: `To ${act} is not possible where it stands at ${status}.`,
    fix: 'Read the request, and go on from where it stands.',
    details: { status },
  });
}

export function dispositionRefused(why: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.DISPOSITION_REFUSED',
    kind: 'conflict',
    message: 'This is no answer to a request of this kind.',
    why,
    fix: 'Send another `disposition`.',
  });
}

export function terminationRefused(why: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.TERMINATION_REFUSED',
    kind: 'conflict',
    message: 'What was agreed to cannot be ended so.',
    why,
    fix: 'Read the request, and let the patient end it where it binds.',
  });
}

export function archiveRunning(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ARCHIVE_RUNNING',
    kind: 'conflict',
    message: 'Another session archives months of this database; nothing was done.',
    fix: 'Let it end; `pnpm migrator health` tells whether a session waits, and for whom.',
  });
}

export function archivePolicyMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ARCHIVE_POLICY_MISSING',
    kind: 'missing',
    message: 'No active policy lets audit rows be archived; nothing was done.',
    why: 'Nothing leaves that a policy does not name, and every active one of AUDIT_LOG must say ARCHIVE.',
    fix: 'Run `pnpm migrator seed`, or set the policies right.',
  });
}

export function archiveUnproven(why: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ARCHIVE_UNPROVEN',
    kind: 'unavailable',
    message: 'The archive does not hold what it should; no row was removed.',
    why,
    fix: 'Keep the file, and find out who or what changed it; `archive` writes another where none is recorded.',
  });
}

export function periodMissing(filters: readonly string[]): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.PERIOD_MISSING',
    kind: 'invalid',
    message: `The trail cannot be searched by ${filters.join(', ')} over so long a period.`,
    why: 'No index serves it: each row of the period would be read.',
    fix: 'Send `from` and `to`, at most 31 days apart, or name a person, a patient, or a row by `resourceType` and `resourceId`.',
    details: { filters },
  });
}

export function archiveLost(partition: string, why: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ARCHIVE_LOST',
    kind: 'missing',
    message: `The archive of ${partition} is not where it was written; its rows were kept.`,
    why,
    fix: 'Bring the file back to its place, and run the command again.',
  });
}

export function monthChanged(partition: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.MONTH_CHANGED',
    kind: 'conflict',
    message: `The rows of ${partition} are not those of its archive; they were kept.`,
    why: 'Somebody switched off the trigger that seals the month, and wrote to it.',
    fix: 'Compare both with `pnpm migrator archive restore`, as a security incident.',
  });
}

export function archiveUnlisted(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ARCHIVE_UNLISTED',
    kind: 'conflict',
    message: 'No archive of this database is this file; nothing was restored.',
    why: 'Anybody can encrypt a file for a public key; what an archive held stands in audit_log_archives alone.',
    fix: 'Use the database that wrote it, or add `--unlisted` to take the file at its word.',
  });
}

export function restoreTargetRefused(schema: string, why: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.RESTORE_TARGET_REFUSED',
    kind: 'conflict',
    message: `The month cannot be restored into the schema ${schema}; nothing was done.`,
    why,
    fix: 'Name another with `--schema`.',
  });
}

export function retentionRunning(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.RETENTION_RUNNING',
    kind: 'conflict',
    message: 'Another session carries out retention policies in this database; nothing was done.',
    fix: 'Let it end; `pnpm migrator health` tells whether a session waits, and for whom.',
  });
}

export function rowsUnproven(model: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ROWS_UNPROVEN',
    kind: 'unavailable',
    message: `The file with the rows of ${model} does not hold what was written; none of them was removed.`,
    why: 'Read back, it was another.',
    fix: 'Look at the disk, and run the command again: it writes another file.',
  });
}

export function approvalMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.APPROVAL_MISSING',
    kind: 'invalid',
    message: 'Nobody approves the destruction; nothing was done.',
    fix: 'Look at it first: `pnpm migrator retention run --dry-run`. Then add `--approved-by` with the id or address of the user who approves.',
  });
}

export function personUnknown(option: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.PERSON_UNKNOWN',
    kind: 'missing',
    message: `No active user is the one that ${option} names; nothing was done.`,
    fix: 'Name the id or the address of an active user.',
  });
}

export function personNotPermitted(option: string, permission: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.PERSON_NOT_PERMITTED',
    kind: 'forbidden',
    message: `The user that ${option} names does not hold ${permission}; nothing was done.`,
    why: 'It takes a role that holds it on the whole platform, given, not revoked and not over.',
    fix: 'Name somebody who holds it, as an OWNER does.',
    details: { permission },
  });
}

export function organizationMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ORGANIZATION_MISSING',
    kind: 'conflict',
    message: 'This session acts in no organisation.',
    why: 'An incident belongs to the organisation that must answer for it.',
    fix: 'Log in with an account of that organisation.',
  });
}

/** Nobody may tell an incident that is not there from one of another organisation. */
export function breachMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.BREACH_MISSING',
    kind: 'missing',
    message: 'There is no such incident in the organisation that you act in.',
    fix: 'List those there are: GET /v1/breaches.',
  });
}

export function breachStateRefused(status: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.BREACH_STATE_REFUSED',
    kind: 'conflict',
    message: `The incident is ${status}: this cannot be done any more, or not yet.`,
    why: 'Factors are assessed until it is decided; it is decided until the first notice is sent; notices are sent of a confirmed breach; what is closed stays as it is.',
    fix: 'Read it at /v1/breaches/{id}. A decision is changed by another decision.',
    details: { status },
  });
}

export function factorsMissing(factors: readonly string[]): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.FACTORS_MISSING',
    kind: 'conflict',
    message: 'The incident cannot be held to be no breach: its assessment is not complete.',
    why: `A low probability is shown by all four factors (45 CFR 164.402(2)), and there is nothing on: ${factors.join(', ')}.`,
    fix: 'Send the others to /v1/breaches/{id}/assessment, or decide BREACH.',
    details: { factors },
  });
}

export function noticeUnavoidable(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.NOTICE_UNAVOIDABLE',
    kind: 'conflict',
    message: 'Under the FTC rule the incident cannot be held to be no breach.',
    why: '16 CFR 318 knows neither the exceptions of 45 CFR 164.402(1) nor a low probability of compromise.',
    fix: 'Decide BREACH, or correct the regimes of the incident.',
  });
}

export function noticeNotOwed(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.NOTICE_NOT_OWED',
    kind: 'conflict',
    message: 'No such notice is owed of this incident; nothing was added.',
    why: 'It is no breach, the information was secured, too few are affected for this audience, or another gives the notice.',
    fix: 'Read what is owed at /v1/breaches/{id}/duties; facts are corrected by PATCH /v1/breaches/{id}.',
  });
}

export function noticePlanned(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.NOTICE_PLANNED',
    kind: 'conflict',
    message: 'A notice to this audience waits already to be sent.',
    fix: 'Find it: GET /v1/breaches/{id}/notices?state=to-send.',
  });
}

/** `places` are those in the list that was sent, from 0. */
export function individualsUnknown(places: readonly number[]): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.INDIVIDUALS_UNKNOWN',
    kind: 'invalid',
    message: `${places.length} of the individuals are no patients of this organisation; nobody was added.`,
    fix: 'Leave out those whose places `details` names, from 0.',
    details: { places },
  });
}

export function noticeMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.NOTICE_MISSING',
    kind: 'missing',
    message:
      'One of the notices is none of this incident, or it is not in a state for this; nothing was recorded.',
    why: 'What waits is sent, what was sent comes back, what came back is replaced, each once and in this order.',
    fix: 'List them: GET /v1/breaches/{id}/notices?state=to-send.',
  });
}

export function noticeIncomplete(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.NOTICE_INCOMPLETE',
    kind: 'invalid',
    message: 'The notice lacks what it must have; nothing was recorded.',
    why: 'To individuals a notice has a `method` and a `content`, to media a `content` (45 CFR 164.404(c)-(d), 164.406(c)).',
    fix: 'Send both as they were.',
  });
}

export function noticesOwed(audiences: readonly string[]): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.NOTICES_OWED',
    kind: 'conflict',
    message: 'Notices of the incident are still owed; it was not closed.',
    why: `They are owed to: ${[...new Set(audiences)].join(', ')}.`,
    fix: 'Send them and record it: /v1/breaches/{id}/duties tells which.',
    details: { audiences },
  });
}

export function factsContradict(why: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.FACTS_CONTRADICT',
    kind: 'invalid',
    message: 'The facts of the incident exclude one another; nothing was written.',
    why,
    fix: 'Correct the one that is wrong.',
  });
}

export function oralDelayTooLong(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ORAL_DELAY_TOO_LONG',
    kind: 'invalid',
    message: 'An oral statement delays notices for 30 days at most.',
    why: '45 CFR 164.412(b): longer only where a written statement is made in that time.',
    fix: 'Send an earlier end, or the written statement with `basis` WRITTEN.',
  });
}

export function numberInvalid(option: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.NUMBER_INVALID',
    kind: 'invalid',
    message: `${option} takes a whole number from 1 on; nothing was done.`,
    fix: 'Give it one.',
  });
}

export function reviewMissing(task: string, period: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.REVIEW_MISSING',
    kind: 'missing',
    message: `No review of ${task} is open; nothing was recorded.`,
    fix: `Run \`pnpm migrator maintain ${period}\`, which opens it.`,
  });
}

export function sealerRunning(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.SEALER_RUNNING',
    kind: 'conflict',
    message: 'Another session seals the audit trail of this database; nothing was done.',
    fix: 'Let it go on: one sealer is enough, and two would close the same rows.',
  });
}

export function alertMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ALERT_MISSING',
    kind: 'missing',
    message: 'No alert waits under this id, or it is not yours to settle.',
    why: 'Those that are resolved, of another organisation, or about yourself are not.',
    fix: 'List those that wait: GET /v1/security-alerts.',
  });
}

export function locationsUnreadable(cause: unknown): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.LOCATIONS_UNREADABLE',
    kind: 'missing',
    message: 'IP_LOCATIONS names no database of places; nothing was done.',
    why: 'It cannot be read, or is not in the format of MaxMind DB.',
    fix: 'Name a file such as GeoLite2-City.mmdb, or unset it.',
    cause,
  });
}

export function watcherRunning(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.WATCHER_RUNNING',
    kind: 'conflict',
    message: 'Another session watches the audit trail of this database; nothing was done.',
    fix: 'Let it go on: one watcher is enough, and two would count the same acts twice.',
  });
}

export function writersBusy(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.AUDIT_WRITERS_BUSY',
    kind: 'unavailable',
    message:
      'A transaction that writes to the audit trail has been open for a minute; nothing was done.',
    why: 'Its rows have their numbers already, and are not to be seen yet.',
    fix: 'Let it end; `pnpm migrator health` tells which sessions are long in a transaction.',
  });
}

export function copiesMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.CHECKPOINT_COPIES_MISSING',
    kind: 'missing',
    message: 'The folder that --copies names holds no copies of checkpoints; nothing was verified.',
    fix: 'Name the folder that `pnpm migrator audit seal --dir` writes to.',
  });
}

export function copiesUnwritten(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.CHECKPOINT_COPIES_UNWRITTEN',
    kind: 'unavailable',
    message: 'The copies of checkpoints cannot be written to the folder that --dir names.',
    why: 'It cannot be made or written to, or the disk is full. The checkpoints stand in the database.',
    fix: 'Make room or name another folder, and run it again: it copies what has no receipt.',
  });
}

export function secondsInvalid(option: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.SECONDS_INVALID',
    kind: 'invalid',
    message: `${option} takes seconds: a number from 0.1 to 3600; nothing was done.`,
    fix: 'Give it one.',
  });
}

export function optionMissing(option: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.OPTION_MISSING',
    kind: 'invalid',
    message: `${option} is missing; nothing was done.`,
    fix: 'Add it; `--help` behind the command shows examples.',
  });
}

export function idInvalid(option: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ID_INVALID',
    kind: 'invalid',
    message: `${option} takes an id, a UUID; nothing was done.`,
    fix: 'Give it one, as the API shows it.',
  });
}

export function choiceInvalid(option: string, choices: readonly string[]): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.CHOICE_INVALID',
    kind: 'invalid',
    message: `${option} takes one of a few words; nothing was done.`,
    why: `They are: ${choices.join(', ')}.`,
    fix: 'Give it one of them.',
  });
}

export function confirmationMissing(command: string, what: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.CONFIRMATION_MISSING',
    kind: 'invalid',
    message: `Nobody confirmed it; nothing was done. It would ${what}.`,
    fix: `Run \`pnpm migrator ${command} --yes\`.`,
  });
}

export function destructionReasonMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.DESTRUCTION_REASON_MISSING',
    kind: 'invalid',
    message: 'Nobody says why the key is destroyed; nothing was done.',
    why: 'The reason stands at the key for ever.',
    fix: 'Look at it first with `--dry-run`. Then add `--reason` with a few words, without names of patients.',
  });
}

export function traineeMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.TRAINEE_MISSING',
    kind: 'missing',
    message: 'There is no such member of the organisation.',
    why: 'Training is assigned to people who hold a role in the organisation you act in.',
    fix: 'Ask who is a member, or act in the right organisation.',
  });
}

export function trainingMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.TRAINING_MISSING',
    kind: 'missing',
    message: 'There is no such training to complete.',
    why: 'It was not assigned here, or is completed already.',
    fix: 'Look it up with GET /v1/trainings?state=open.',
  });
}

export function ownTraining(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.OWN_TRAINING',
    kind: 'forbidden',
    message: 'Nobody records that the own training was completed.',
    fix: 'Have somebody else record it who manages training.',
  });
}

export function agreementPartyMissing(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.AGREEMENT_PARTY_MISSING',
    kind: 'invalid',
    message: 'There is no such organisation to agree with.',
    fix: 'Send the id of the other party as counterpartyId.',
  });
}

export function agreementEnded(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.AGREEMENT_ENDED',
    kind: 'missing',
    message: 'There is no such agreement to terminate.',
    why: 'It is not the organisation’s that you act in, has not begun, or is terminated already.',
    fix: 'Look it up with GET /v1/agreements.',
  });
}

export function optionUnfit(option: string, needed: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.OPTION_UNFIT',
    kind: 'invalid',
    message: `${option} has no meaning here; nothing was done.`,
    why: `It belongs to ${needed}.`,
    fix: `Leave it out, or add ${needed}.`,
  });
}

/** Names columns, which are no data of anybody. */
export function columnUnclassified(columns: readonly string[]): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.COLUMN_UNCLASSIFIED',
    kind: 'conflict',
    message:
      'A table of the export has a column that the schema does not know; nothing was exported.',
    why: `Nobody said what it holds: ${columns.join(', ')}.`,
    fix: 'Add it to the schema with its classification, or drop it; `pnpm migrator drift` shows it.',
    details: { columns },
  });
}

export function agreementUnfit(why: string): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.AGREEMENT_UNFIT',
    kind: 'forbidden',
    message:
      'The agreement that --agreement names permits no limited data set; nothing was exported.',
    why,
    fix: 'Name a data use agreement that is signed and in effect, or export with `--profile safe-harbor`.',
  });
}

export function exportFolderTaken(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.EXPORT_FOLDER_TAKEN',
    kind: 'conflict',
    message: 'The folder that --out names is there already; nothing was exported into it.',
    fix: 'Name one that is not there yet.',
  });
}

export function exportUnwritten(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.EXPORT_UNWRITTEN',
    kind: 'unavailable',
    message: 'The export cannot be written where --out says; what was written is removed.',
    why: 'The folder cannot be made or written to, or the disk is full.',
    fix: 'Make room or name another folder, and run it again.',
  });
}

export function shiftKeyInvalid(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.SHIFT_KEY_INVALID',
    kind: 'invalid',
    message: 'The file that --shift-key names is no key of moved dates; nothing was exported.',
    why: 'It cannot be read or made, or it does not hold 64 hexadecimal digits.',
    fix: 'Name the file that an earlier export made, or one that is not there yet.',
  });
}

export function organizationUnknown(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ORGANIZATION_UNKNOWN',
    kind: 'missing',
    message: 'No organisation is the one that --organization names; nothing was done.',
    fix: 'Name the id of an organisation that keeps charts.',
  });
}
