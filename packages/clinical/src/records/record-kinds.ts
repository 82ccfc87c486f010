import { allergies } from './kinds/allergies.ts';
import { diagnoses } from './kinds/diagnoses.ts';
import { documents } from './kinds/documents.ts';
import { encounters } from './kinds/encounters.ts';
import { familyHistory } from './kinds/family-history.ts';
import { immunizations } from './kinds/immunizations.ts';
import { medications } from './kinds/medications.ts';
import { procedures } from './kinds/procedures.ts';
import { results } from './kinds/results.ts';
import { vitalSigns } from './kinds/vital-signs.ts';
import type { RecordKind } from './record-kind.ts';

/** Every list of the record. */
export const recordKinds: readonly RecordKind[] = [
  diagnoses,
  medications,
  allergies,
  immunizations,
  procedures,
  vitalSigns,
  familyHistory,
  results,
  encounters,
  documents,
];
