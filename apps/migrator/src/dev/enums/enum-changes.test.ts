import { expect, it } from 'vitest';
import { isOfEnum, mentionsType, usesValue } from './enum-changes.ts';

it('knows an enum in what PostgreSQL prints, quoted or not', () => {
  expect(mentionsType(`CHECK ((mood <> 'A'::mood))`, 'mood')).toBe(true);
  expect(mentionsType(`CHECK ((m <> 'A'::"it's ""so"""))`, `it's "so"`)).toBe(true);
  expect(mentionsType('CHECK ((size > 0))', 'mood')).toBe(false);
  expect(isOfEnum('"Mood"[]', 'Mood')).toBe(true);
  expect(isOfEnum('text', 'Mood')).toBe(false);
});

it('knows a value in an expression, and in a list whose values stand in a text', () => {
  expect(usesValue(`'it''s'::mood`, 'mood', [`it's`])).toBe(true);
  expect(usesValue(`'A'::mood`, 'mood', ['B'])).toBe(false);
  expect(usesValue(`'{A,B}'::mood[]`, 'mood', ['B'])).toBe(true);
  expect(usesValue(`'B'::text`, 'mood', ['B'])).toBe(false);
});
