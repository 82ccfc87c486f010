import { quoteName } from '../command/package-command.ts';
import type { ExportedColumn } from './plan-export.ts';

/**
 * SQL that tells whether a value is a code that everybody knows: one of a code table of the database,
 * or of the short lists in `$3`. A local code may be anything, also a number of a person.
 */
function isKnown(value: string, column: string): string {
  const loinc = `exists (select from loinc_codes where loinc_number = ${value})`;
  const snomed = `exists (select from snomed_codes where concept_id = ${value})`;
  const icd10 = `exists (select from icd10_codes
    where code_system in ('ICD10_CM', 'ICD10_PCS') and code = ${value})`;
  const cpt = `exists (select from cpt_codes where code = ${value})`;
  const words = `${value} = any ($3::text[])`;
  if (column !== 'normalized_code') {
    return `(${[words, loinc, snomed, icd10, cpt].join(' or ')})`;
  }
  return `case t.normalized_system::text
    when 'LOINC' then ${loinc}
    when 'SNOMED_CT' then ${snomed}
    when 'RXNORM' then exists (select from rx_norm_codes where rxcui = ${value})
    when 'NDC' then exists (select from rx_norm_codes where ndc @> array[${value}])
    when 'ICD10_CM' then ${icd10} when 'ICD10_PCS' then ${icd10}
    when 'CPT' then ${cpt} when 'HCPCS' then ${cpt}
    when 'CVX' then ${value} ~ '^[0-9]{2,3}$'
    when 'CDCREC' then ${words} when 'HL7' then ${words}
    else false end`;
}

/**
 * SQL for the known codes of a column `t.…`, under its name, and for how many codes it holds, under
 * `# ` and its name.
 */
export function selectCodes({ column, field }: ExportedColumn): string {
  const name = quoteName(column);
  const count = quoteName(`# ${column}`);
  return field.list
    ? `array(select code from unnest(t.${name}) as code where ${isKnown('code', column)}) as ${name},
       cardinality(t.${name}) as ${count}`
    : `case when ${isKnown(`t.${name}`, column)} then t.${name} end as ${name},
       (t.${name} is not null)::int as ${count}`;
}
