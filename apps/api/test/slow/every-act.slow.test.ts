/** @module-tag slow */
import { recordKinds } from '@holovitals/clinical';
import { afterAll, beforeAll } from 'vitest';
import { openMatrixClinic, type MatrixClinic } from '../access-matrix/callers.ts';
import { describeActsAtOnce, describeUnauditedActs } from '../access-matrix/every-act.ts';

const lists = recordKinds.map(({ list }) => list);

let clinic: MatrixClinic;

beforeAll(async () => {
  clinic = await openMatrixClinic();
});

afterAll(() => clinic.close());

describeUnauditedActs(() => clinic, lists);
describeActsAtOnce(() => clinic, lists);
