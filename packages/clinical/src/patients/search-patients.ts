import {
  nameParts,
  Prisma,
  withActor,
  type Actor,
  type FieldCodec,
  type Transaction,
} from '@holovitals/database';
import { actorHasPermission, notPermitted } from '@holovitals/identity';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { inputInvalid, searchTooShort } from '../errors.ts';
import { day, id, text, uri } from '../resources/fields.ts';
import { phoneticTokens } from './patient.store.ts';

/** Input of `searchPatients`: every criterion that is given must hold. */
export const searchPatientsSchema = z.strictObject({
  /** Parts of the family or given names, or their beginnings of three letters and more. */
  name: text(200).optional(),
  /** Find also what sounds like the name. */
  sounds: z.boolean().default(false),
  birthDate: day.optional(),
  mrn: text(50).optional(),
  identifier: z.strictObject({ system: uri, value: text(200) }).optional(),
  limit: z.int().min(1).max(100).default(20),
  after: id.optional(),
});

/** A patient who was found: as little as tells one from another (45 CFR 164.502(b)). */
export const foundPatientSchema = z.object({
  id,
  organizationId: id.nullable(),
  mrn: z.string().nullable(),
  family: z.string().nullable(),
  given: z.string().nullable(),
  birthDate: z.string().nullable(),
  gender: z.enum(['male', 'female', 'other', 'unknown']),
  active: z.boolean(),
  mergedIntoId: id.nullable(),
  /** Whether the caller may open the record. */
  isOpen: z.boolean(),
});

/** One of {@link foundPatientSchema}. */
export type FoundPatient = z.infer<typeof foundPatientSchema>;

/** A page of a search; `next` is null on the last one. */
export interface PatientPage {
  readonly items: readonly FoundPatient[];
  readonly next: string | null;
}

type Criteria = z.infer<typeof searchPatientsSchema>;

/** Rows that are looked through for one page: hashes find beginnings of three letters, not more. */
const MOST_LOOKED_THROUGH = 2000;
const BATCH = 100;

/**
 * Searches patients by what identifies them, over keyed hashes: the database does not see the
 * criteria. Writes an audit row for the search, with its keyed hash, and one for each patient found.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.SEARCH_TOO_SHORT`, `IDENTITY.NOT_PERMITTED`
 */
export async function searchPatients(
  { db, audit }: ClinicalContext,
  actor: Actor,
  given: z.input<typeof searchPatientsSchema>,
): Promise<PatientPage> {
  const parsed = searchPatientsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('searchPatients', parsed.error);
  const criteria = parsed.data;
  const tokens = await tokensOf(db.$codec, criteria);
  const queryHash = Buffer.from(
    await db.$codec.token(
      'AuditLog',
      'queryHash',
      JSON.stringify({ ...criteria, limit: undefined, after: undefined }),
    ),
    'base64url',
  );
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, 'SEARCH_PHI'))) throw notPermitted('SEARCH_PHI');
    const page = await findPage(tx, db.$codec, tokens, criteria);
    const event = { eventType: 'PHI_SEARCH', action: 'E', outcome: 'SUCCESS', queryHash } as const;
    await audit(tx, actor, [
      { ...event, resourceType: 'Patient', recordCount: page.items.length },
      ...page.items.map(({ id: patientId }) => ({
        ...event,
        patientId,
        resourceType: 'Patient',
        resourceId: patientId,
      })),
    ]);
    return page;
  });
}

interface Tokens {
  readonly family: readonly string[];
  readonly given: readonly string[];
  readonly sounds: readonly string[];
  readonly birthDate: string | null;
  readonly mrn: string | null;
  readonly identifierSystem: string | null;
  readonly identifier: string | null;
}

async function tokensOf(codec: FieldCodec, criteria: Criteria): Promise<Tokens> {
  const { name, sounds, birthDate, mrn, identifier } = criteria;
  if ((name ?? birthDate ?? mrn ?? identifier) === undefined) throw searchTooShort();
  const parts = name === undefined ? [] : nameParts(name);
  if (name !== undefined && parts.length === 0) throw searchTooShort();
  const bySound = sounds && name !== undefined;
  const hashes = async (field: 'family' | 'given') =>
    bySound ? [] : await Promise.all(parts.map((part) => codec.namePart('Patient', field, part)));
  return {
    family: await hashes('family'),
    given: await hashes('given'),
    sounds: bySound ? await phoneticTokens(codec, { family: name }) : [],
    birthDate:
      birthDate === undefined ? null : await codec.value('Patient', 'birthDate', birthDate),
    mrn: mrn === undefined ? null : await codec.value('Patient', 'mrn', mrn),
    identifierSystem: identifier?.system ?? null,
    identifier:
      identifier === undefined
        ? null
        : await codec.value('PatientIdentifier', 'valueCiphertext', identifier.value),
  };
}

/** Looks through what the hashes find until the page is full. */
async function findPage(
  tx: Transaction,
  codec: FieldCodec,
  tokens: Tokens,
  { name, sounds, limit, after }: Criteria,
): Promise<PatientPage> {
  const items: FoundPatient[] = [];
  const wanted = sounds || name === undefined ? [] : nameParts(name);
  let before = after ?? null;
  for (let seen = 0; seen < MOST_LOOKED_THROUGH; seen += BATCH) {
    const rows = await findCandidates(tx, tokens, before);
    for (const { birth_date: birthDate, ...rest } of await codec.openRows('Patient', rows)) {
      const patient: FoundPatient = { ...rest, birthDate };
      before = patient.id;
      if (!hasName(patient, wanted)) continue;
      items.push(patient);
      if (items.length === limit) return { items, next: patient.id };
    }
    if (rows.length < BATCH) return { items, next: null };
  }
  return { items, next: before };
}

function hasName({ family, given }: FoundPatient, wanted: readonly string[]): boolean {
  const parts = nameParts(`${family ?? ''} ${given ?? ''}`);
  return wanted.every((beginning) => parts.some((part) => part.startsWith(beginning)));
}

/** What the search answers: a patient whose fields are encrypted, by their columns. */
type CandidateRow = Omit<FoundPatient, 'birthDate'> & { readonly birth_date: string | null };

async function findCandidates(
  tx: Transaction,
  tokens: Tokens,
  before: string | null,
): Promise<CandidateRow[]> {
  const { family, given, sounds, birthDate, mrn, identifierSystem, identifier } = tokens;
  return await tx.$queryRaw<CandidateRow[]>(Prisma.sql`
    select id, organization_id as "organizationId", mrn, family, given, birth_date,
      gender::text as gender, active, merged_into_id as "mergedIntoId", is_open as "isOpen"
    from search_patients(${[...family]}::text[], ${[...given]}::text[], ${birthDate}, ${mrn},
      ${identifierSystem}, ${identifier}, ${[...sounds]}::text[], ${before}::uuid, ${BATCH})`);
}
