import { z } from 'zod';
import { id, text } from '../resources/fields.ts';
import type { RecordKind } from './record-kind.ts';

/** Why a row is corrected or entered in error; kept in the audit trail. */
export const reasonSchema = text(500);

/** Input of `addRecord`, by kind. */
export function inputSchemaOf({ fields }: RecordKind): z.ZodObject {
  return z.strictObject(fields);
}

/** Input of `correctRecord`: what changes, and why; null empties a field. */
export function correctionSchemaOf({ fields }: RecordKind): z.ZodObject {
  const changes = Object.entries(fields).map(([name, field]) => [name, z.optional(field)]);
  return z.strictObject({ ...Object.fromEntries(changes), reason: reasonSchema });
}

const rowFields = {
  id,
  patientId: id,
  version: z.int(),
  /** The row that this one corrects. */
  supersedesId: id.nullable(),
  enteredInErrorAt: z.iso.datetime().nullable(),
  enteredById: id.nullable(),
  createdAt: z.iso.datetime(),
};

/** The rows of a list as they are shown; fields that were not asked for are absent. */
export function resourceSchemaOf({ fields }: RecordKind): z.ZodObject {
  const shown = Object.entries(fields).map(([name, field]) => [
    name,
    shownField(name, field as z.ZodType),
  ]);
  return z.object({ ...Object.fromEntries(shown), ...rowFields }).partial();
}

/** Names of the fields that can be shown. */
export function fieldNamesOf({ fields }: RecordKind): string[] {
  return [...Object.keys(fields), ...Object.keys(rowFields)];
}

const ENTERED_IN_ERROR = 'entered-in-error';

/**
 * A field on its way out: what was written under other rules must still be readable, so texts carry
 * no form, and a status may say that the row was entered in error.
 */
function shownField(name: string, field: z.ZodType): z.ZodType {
  let inner = field;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) {
    inner = inner.unwrap() as z.ZodType;
  }
  if (inner instanceof z.ZodEnum) {
    const isState = /status$/i.test(name);
    return z
      .enum([...(inner.options as string[]), ...(isState ? [ENTERED_IN_ERROR] : [])])
      .nullable();
  }
  if (inner instanceof z.ZodString || inner instanceof z.ZodLiteral) return z.string().nullable();
  if (inner instanceof z.ZodArray && inner.element instanceof z.ZodString)
    return z.array(z.string());
  if (inner instanceof z.ZodBoolean) return z.boolean().nullable();
  if (inner instanceof z.ZodNumber) return z.number().nullable();
  return inner.nullable();
}
