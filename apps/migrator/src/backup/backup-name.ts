/** What the name of a backup tells, without opening it. */
export interface BackupName {
  /** The database, as names write it: two databases never have one. */
  readonly database: string;
  readonly takenAt: Date;
  readonly encrypted: boolean;
}

const NAME =
  /^(?<database>.+)-(?<day>\d{8})T(?<time>\d{6})(?<ms>\d{3})?Z\.backup(?<encrypted>\.age)?$/;

/** Names a backup by its database and the time in UTC: `shop-20260101T120000000Z.backup.age`. */
export function nameBackup(database: string, takenAt: Date, encrypted: boolean): string {
  const time = takenAt.toISOString().replaceAll(/[-:.]/g, '');
  return `${escapeName(database)}-${time}.backup${encrypted ? '.age' : ''}`;
}

/** Reads a name that {@link nameBackup} made; null for any other. */
export function readBackupName(name: string): BackupName | null {
  const parts = NAME.exec(name)?.groups;
  if (parts === undefined) return null;
  const { database = '', day = '', time = '', ms = '000', encrypted } = parts;
  const [date, clock] = [day, time].map((digits) => digits.match(/\d{2}/g) ?? []);
  const [century, year, month, dayOfMonth] = date ?? [];
  const takenAt = new Date(
    `${century}${year}-${month}-${dayOfMonth}T${(clock ?? []).join(':')}.${ms}Z`,
  );
  if (Number.isNaN(takenAt.getTime())) return null;
  return { database, takenAt, encrypted: encrypted !== undefined };
}

/** Every file system and every shell takes it, and different names stay different. */
function escapeName(database: string): string {
  return database.replaceAll(/[^\w.-]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
