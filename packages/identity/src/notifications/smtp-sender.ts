import { createTransport } from 'nodemailer';
import type { SendMessage } from './deliver-messages.ts';

/** An SMTP server to send by. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
  /** Sender's address. */
  readonly from: string;
  /** Refuses to send where the server offers no STARTTLS; port 465 is TLS from the start. */
  readonly requireTls: boolean;
}

/** Makes a sender over SMTP; it connects for each message. Fails with nodemailer's error codes. */
export function smtpSender(settings: SmtpSettings): SendMessage {
  const { host, port, user, password, from, requireTls } = settings;
  const transport = createTransport({
    host,
    port,
    secure: port === 465,
    requireTLS: requireTls,
    connectionTimeout: 10_000,
    socketTimeout: 20_000,
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
  });
  return async (to, { subject, text }) => {
    const { messageId } = await transport.sendMail({ from, to, subject, text });
    return messageId;
  };
}
