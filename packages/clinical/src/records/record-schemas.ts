import { z } from 'zod';
import { id, text } from '../resources/fields.ts';
import type { RecordKind } from './record-kind.ts';

/** Why a row is corrected or entered in error; kept in the audit trail. */
export const reasonSchema = text(500);

/** The schemas of a kind; each is made once, since the document of the API names it. */
interface RecordSchemas {
  readonly input: z.ZodObject;
  readonly correction: z.ZodObject;
  readonly resource: z.ZodObject;
  readonly names: readonly string[];
}

const schemas = new Map<RecordKind, RecordSchemas>();

/** Input of `addRecord`, by kind. */
export function inputSchemaOf(kind: RecordKind): z.ZodObject {
  return schemasOf(kind).input;
}

/** Input of `correctRecord`: what changes, and why; null empties a field. */
export function correctionSchemaOf(kind: RecordKind): z.ZodObject {
  return schemasOf(kind).correction;
}

/** The rows of a list as they are shown; fields that were not asked for are absent. */
export function resourceSchemaOf(kind: RecordKind): z.ZodObject {
  return schemasOf(kind).resource;
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

/** What must go with a row that is labelled so (42 CFR 2.32); absent on others. */
const notices = z.array(z.string());

function schemasOf(kind: RecordKind): RecordSchemas {
  const known = schemas.get(kind);
  if (known !== undefined) return known;
  const { fields, model } = kind;
  const name = model.replace(/^Patient/, '');
  const all = Object.entries(fields) as [string, z.ZodType][];
  const changes = all.map(([field, schema]) => [field, z.optional(schema)] as const);
  const shown = all.map(([field, schema]) => [field, shownField(field, schema)] as const);
  const made = {
    names: [...Object.keys(fields), ...Object.keys(rowFields)],
    input: z.strictObject(fields).meta({ id: `New${name}` }),
    correction: z
      .strictObject({ ...Object.fromEntries(changes), reason: reasonSchema })
      .meta({ id: `${name}Correction` }),
    resource: z
      .object({ ...Object.fromEntries(shown), ...rowFields, notices })
      .partial()
      .meta({ id: name }),
  };
  schemas.set(kind, made);
  return made;
}

/** Names of the fields that can be shown. */
export function fieldNamesOf(kind: RecordKind): readonly string[] {
  return schemasOf(kind).names;
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
