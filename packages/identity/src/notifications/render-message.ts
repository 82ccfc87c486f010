/** A message in words. It holds no health information (45 CFR 164.312(e)). */
export interface RenderedMessage {
  readonly subject: string;
  readonly text: string;
}

type Render = (params: Readonly<Record<string, string>>, baseUrl: string) => RenderedMessage;

const IGNORE = 'If you did not ask for this, ignore this message.';

/** Messages about the reader's own account: its tokens and codes, and what was done with it. */
const ACCOUNT: Readonly<Record<string, Render>> = {
  'verify-email': ({ token }, baseUrl) => ({
    subject: 'Confirm your address',
    text: `Confirm your address for HoloVitals with this token:\n\n${token}\n\nSend it with your password to ${baseUrl}/v1/auth/verify-email. It is good for a day. ${IGNORE}`,
  }),
  'address-in-use': () => ({
    subject: 'Somebody tried to register with your address',
    text: `You have an account with HoloVitals already. Log in, or reset your password. ${IGNORE}`,
  }),
  invitation: ({ token }, baseUrl) => ({
    subject: 'You are invited to HoloVitals',
    text: `Accept the invitation with this token:\n\n${token}\n\nSend it with your new password to ${baseUrl}/v1/auth/invitations/accept. It is good for three days.`,
  }),
  'reset-password': ({ token }, baseUrl) => ({
    subject: 'Reset your password',
    text: `Reset your password with this token:\n\n${token}\n\nSend it with your new password to ${baseUrl}/v1/auth/password/reset. It is good for an hour. ${IGNORE}`,
  }),
  'factor-code': ({ code }) => ({
    subject: 'Your code',
    text: `Your code is ${code}. It is good for ten minutes. Nobody from HoloVitals will ask you for it.`,
  }),
  'password-changed': () => ({
    subject: 'Your password was changed',
    text: 'Your password was changed, and every session was ended. If it was not you, reset it now.',
  }),
};

/** Messages about the work of who reads them. */
const DUTY: Readonly<Record<string, Render>> = {
  'emergency-access': ({ id, reviewDueAt }, baseUrl) => ({
    subject: 'A chart was opened in an emergency: review it',
    text: `Somebody opened a chart in an emergency. It must be reviewed by ${reviewDueAt}:\n\n${baseUrl}/v1/emergency-accesses?state=to-review (${id})\n\nYou get this since you may review emergency access.`,
  }),
  'legal-clocks': ({ near, passed, firstDueOn }, baseUrl) => ({
    subject: `Legal time limits: ${near} end soon, ${passed} have passed`,
    text: `Of the time limits that you answer for, ${near} end within ten days and ${passed} have passed. The first day is ${firstDueOn}.\n\n${baseUrl}/v1/security-alerts?rule=legal-clock-near\n${baseUrl}/v1/security-alerts?rule=legal-clock-passed\n\nYou get this since you may answer requests of patients or notify breaches.`,
  }),
};

const TEMPLATES = { ...ACCOUNT, ...DUTY };

/** The templates whose messages are about accounts. */
export const ACCOUNT_TEMPLATES: readonly string[] = Object.keys(ACCOUNT);

/** Puts a message into words. */
export function renderMessage(
  templateKey: string,
  params: Readonly<Record<string, string>>,
  baseUrl: string,
): RenderedMessage {
  const render = TEMPLATES[templateKey];
  if (render === undefined) throw Object.assign(new Error(), { code: 'NO_TEMPLATE' });
  return render(params, baseUrl);
}
