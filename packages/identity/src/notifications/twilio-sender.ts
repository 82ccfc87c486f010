import type { SendMessage } from './deliver-messages.ts';

/** A Twilio account to text by. */
export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** The sender's number, E.164. */
  readonly from: string;
  /** Instead of https://api.twilio.com: a proxy, or a server on loopback. */
  readonly apiUrl?: string | undefined;
}

const TIMEOUT = 20_000;

/** Makes a sender over Twilio's client, which is loaded with the first message. Fails with Twilio's error codes. */
export function twilioSender({ accountSid, authToken, from, apiUrl }: TwilioSettings): SendMessage {
  return async (to, { text }) => {
    const { default: twilio } = await import('twilio');
    const client = twilio(accountSid, authToken, { timeout: TIMEOUT });
    if (apiUrl !== undefined) client.api.baseUrl = apiUrl;
    try {
      const { sid } = await client.messages.create({ to, from, body: text });
      return sid;
    } catch (error) {
      // Twilio's codes are numbers, and its texts repeat the telephone number.
      const { code = 'UNKNOWN' } = error as { code?: number | string };
      throw Object.assign(new Error(), { code: `TWILIO_${code}` });
    }
  };
}
