import { inputInvalid, recordInvalid, unitUnknown } from '../errors.ts';
import { toRow } from '../resources/resource-codec.ts';
import { isUcumUnit } from '../resources/ucum.ts';
import { normalised } from './common-fields.ts';
import { inputSchemaOf } from './record-schemas.ts';
import type { RecordKind } from './record-kind.ts';

/** The fields that hold UCUM codes. */
const UNITS = ['ucumCode', 'doseUnit'];

/**
 * Holds the input of a row against its schema, the rules of its kind, and UCUM; answers it as fields
 * of the row.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.RECORD_INVALID`, `CLINICAL.UNIT_UNKNOWN`
 */
export async function checkRecord(
  kind: RecordKind,
  given: unknown,
): Promise<Record<string, unknown>> {
  const parsed = inputSchemaOf(kind).safeParse(given);
  if (!parsed.success) throw inputInvalid(kind.list, parsed.error);
  const input = parsed.data;
  const broken = kind.rules.filter(({ holds }) => !holds(input));
  if (broken.length > 0) throw recordInvalid(kind.noun, broken);
  for (const field of UNITS) {
    const unit = input[field];
    if (typeof unit === 'string' && !(await isUcumUnit(unit))) throw unitUnknown(field);
  }
  const { codeSystem, code } = input;
  return {
    ...toRow(kind.model, input),
    ...normalised(codeSystem, code),
    ...kind.derive?.(input),
  };
}
