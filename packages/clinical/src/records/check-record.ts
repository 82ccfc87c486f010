import { inputInvalid, recordInvalid, unitUnknown } from '../errors.ts';
import { toRow } from '../resources/resource-codec.ts';
import { isUcumUnit } from '../resources/ucum.ts';
import { normalised } from './common-fields.ts';
import { inputSchemaOf } from './record-schemas.ts';
import type { RecordKind } from './record-kind.ts';

/** The fields that hold UCUM codes. */
const UNITS = ['ucumCode', 'doseUnit'];

/** The input of a row that fits its schema and its rules. */
export interface CheckedRecord {
  readonly input: Readonly<Record<string, unknown>>;
  /** The same as fields of the row. */
  readonly row: Record<string, unknown>;
}

/**
 * Holds the input of a row against its schema, the rules of its kind, and UCUM.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.RECORD_INVALID`, `CLINICAL.UNIT_UNKNOWN`
 */
export async function checkRecord(kind: RecordKind, given: unknown): Promise<CheckedRecord> {
  const parsed = inputSchemaOf(kind).safeParse(given);
  if (!parsed.success) throw inputInvalid(kind.list, parsed.error);
  const input = parsed.data;
  const broken = kind.rules.filter(({ holds }) => !holds(input));
  if (broken.length > 0) throw recordInvalid(kind.noun, broken);
  for (const field of UNITS) {
    const unit = input[field];
    if (typeof unit === 'string' && !(await isUcumUnit(unit))) throw unitUnknown(field);
  }
  const row = toRow(kind.model, input);
  return {
    input,
    row: { ...row, ...normalised(input['codeSystem'], input['code']), ...kind.derive?.(input) },
  };
}
