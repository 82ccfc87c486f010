import type { FieldCodec } from '@holovitals/database';
import { doubleMetaphone } from 'double-metaphone';
import { identifierTaken, referenceMissing } from '../errors.ts';
import { prismaCode } from '../resources/prisma-code.ts';

/** What a search by sound compares. */
interface Named {
  readonly family?: string | null | undefined;
  readonly given?: string | null | undefined;
}

/** Keyed hashes of how the parts of a name sound (Double Metaphone), each once. */
export async function phoneticTokens(
  codec: FieldCodec,
  { family, given }: Named,
): Promise<string[]> {
  const sounds = new Set(
    `${family ?? ''} ${given ?? ''}`
      .split(/[^\p{L}]+/u)
      .flatMap((part) => doubleMetaphone(part))
      .filter((sound) => sound !== ''),
  );
  const tokens = await Promise.all(
    [...sounds].map((sound) => codec.token('Patient', 'namePhoneticIndex', sound)),
  );
  return tokens.sort();
}

/** A number that is taken, a reference that leads nowhere; the driver's text stays behind. */
export function namedPatientError(error: unknown): unknown {
  if (prismaCode(error) === 'P2002') return identifierTaken('medical record number');
  if (prismaCode(error) === 'P2003') return referenceMissing('patient', 'generalPractitionerId');
  return error;
}
