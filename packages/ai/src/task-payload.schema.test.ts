import { describe, expect, it } from 'vitest';
import { taskPayloadSchema } from './task-payload.schema.ts';

const id = '01920000-0000-7000-8000-000000000001';

describe('taskPayloadSchema', () => {
  it('accepts ids and lists of ids', () => {
    const payload = { documentId: id, observationIds: [id] };
    expect(taskPayloadSchema.parse(payload)).toEqual(payload);
  });

  it.each([
    ['free text under a key that names an id', { documentId: 'the report of Ann Smith' }],
    ['a key that is no id', { note: id }],
    ['a number', { documentId: 7 }],
  ])('refuses %s', (_, payload) => {
    expect(taskPayloadSchema.safeParse(payload).success).toBe(false);
  });
});
