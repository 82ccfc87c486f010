/** @module-tag slow */
import { afterAll, beforeAll } from 'vitest';
import { openMatrixClinic, type MatrixClinic } from './access-matrix/callers.ts';
import { describeUnauditedActs } from './access-matrix/every-act.ts';

let clinic: MatrixClinic;

beforeAll(async () => {
  clinic = await openMatrixClinic();
});

afterAll(() => clinic.close());

describeUnauditedActs(() => clinic, ['diagnoses']);
