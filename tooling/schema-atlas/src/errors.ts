import { CodedError } from '@holovitals/errors';

export function schemaInvalid(diagnostics: string): CodedError {
  return new CodedError({
    code: 'ATLAS.SCHEMA_INVALID',
    kind: 'invalid',
    message: 'The schema does not compose.',
    why: diagnostics,
    fix: 'Mend what is named; `schema-composer --check` tells it alone.',
  });
}

export function folderTaken(folder: string): CodedError {
  return new CodedError({
    code: 'ATLAS.FOLDER_TAKEN',
    kind: 'conflict',
    message: `${folder} holds something else than an atlas.`,
    why: 'An atlas takes the place of what stands there.',
    fix: 'Name another folder with --out, or empty this one.',
    details: { folder },
  });
}

export function classificationUnknown(word: string, known: readonly string[]): CodedError {
  return new CodedError({
    code: 'ATLAS.CLASSIFICATION_UNKNOWN',
    kind: 'invalid',
    message: `"${word}" is no classification of this workspace.`,
    fix: `Name one of ${known.join(', ')} with --without.`,
    details: { word },
  });
}
