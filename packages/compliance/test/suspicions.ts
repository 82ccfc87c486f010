import { randomUUID } from 'node:crypto';
import { anonymous, withActor, type AuditEvent, type Database } from '@holovitals/database';
import { createAuditSink } from '../src/index.ts';

/** What somebody did, as the trail has it. */
export type Act = Partial<Omit<AuditEvent, 'userId'>> & {
  readonly at: Date;
  readonly by: string | null;
  readonly ip?: string;
  readonly purposeOfUse?: 'TREAT' | 'BTG';
};

/** People, charts and acts of one organisation, for what watches the trail. */
export interface Ward {
  readonly organizationId: string;
  person(): Promise<string>;
  patient(fields?: { userId?: string; confidentiality?: 'N' | 'R' | 'V' }): Promise<string>;
  /** Names somebody in the care team. */
  treats(userId: string, patientId: string): Promise<void>;
  relative(userId: string, patientId: string, isRepresentative?: boolean): Promise<void>;
  encounter(patientId: string, from: Date): Promise<void>;
  act(...acts: readonly Act[]): Promise<void>;
}

/** Makes an organisation in a database, through the client of its owner. */
export async function openWard(db: Database, timezone = 'America/Chicago'): Promise<Ward> {
  const { id: organizationId } = await db.organization.create({
    data: { name: 'Ward', kind: 'PROVIDER', timezone },
  });
  const since = new Date(0);
  return {
    organizationId,
    async person() {
      const email = `${randomUUID()}@example.org`;
      const data = { email, status: 'ACTIVE', organizationId } as const;
      return (await db.user.create({ data })).id;
    },
    patient: async (fields = {}) =>
      (await db.patient.create({ data: { organizationId, ...fields } })).id,
    async treats(userId, patientId) {
      await db.careTeamMember.create({
        data: {
          userId,
          patientId,
          role: '17561000',
          source: 'CLINICIAN_ENTERED',
          validFrom: since,
        },
      });
    },
    async relative(relatedUserId, patientId, isPersonalRepresentative = false) {
      await db.patientRelationship.create({
        data: {
          ...{ patientId, relatedUserId, relationshipCode: 'FAMMEMB', isPersonalRepresentative },
          ...{ scope: isPersonalRepresentative ? 'FULL' : 'NONE', validFrom: since },
        },
      });
    },
    async encounter(patientId, periodStart) {
      await db.encounter.create({
        data: {
          ...{ patientId, status: 'FINISHED', classCode: 'AMB', periodStart },
          ...{
            periodEnd: new Date(periodStart.getTime() + 3_600_000),
            source: 'CLINICIAN_ENTERED',
          },
        },
      });
    },
    async act(...acts) {
      for (const { at, by, ip, purposeOfUse, ...event } of acts) {
        const facts = { ip: ip ?? null, userAgent: null, requestId: null, source: 'test' };
        const actor = {
          ...anonymous(facts),
          ...{ userId: by, organizationId: by === null ? null : organizationId },
          ...(purposeOfUse !== undefined && { purposeOfUse }),
        };
        const write = createAuditSink(db.$codec, () => at);
        await withActor(db, actor, (tx) =>
          write(tx, actor, [{ eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS', ...event }]),
        );
      }
    },
  };
}
