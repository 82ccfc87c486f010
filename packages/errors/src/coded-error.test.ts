import { describe, expect, it } from 'vitest';
import { CodedError, InternalError, isCodedError } from './coded-error.ts';

const error = new CodedError({
  code: 'DEMO.BROKEN',
  kind: 'conflict',
  message: 'It broke.',
  why: 'Because.',
  fix: 'Run `mend`.',
  cause: new Error('a value of a row'),
});

describe('CodedError', () => {
  it('carries what, why and fix', () => {
    expect(error).toMatchObject({ code: 'DEMO.BROKEN', why: 'Because.', fix: 'Run `mend`.' });
  });

  it('keeps its cause out of its JSON form', () => {
    expect(JSON.stringify(error)).not.toContain('a value of a row');
  });

  it('is told apart from bugs', () => {
    expect(isCodedError(error)).toBe(true);
    expect(isCodedError(new InternalError('bug'))).toBe(false);
  });
});
