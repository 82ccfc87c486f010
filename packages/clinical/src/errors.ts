import { CodedError } from '@holovitals/errors';

/** The text of a search holds no letter and no digit. */
export function searchEmpty(): CodedError {
  return new CodedError({
    code: 'CLINICAL.SEARCH_EMPTY',
    kind: 'invalid',
    message: 'There is nothing to search for.',
    why: 'The text holds no letter and no digit.',
    fix: 'Send a LOINC number or words of a name, such as `glucose serum`.',
  });
}
