import {
  choiceInvalid,
  idInvalid,
  numberInvalid,
  optionMissing,
  secondsInvalid,
} from '../errors.ts';

/** The values of an option that may be given several times. */
export const list = (value: unknown): readonly string[] => (value ?? []) as readonly string[];

/** The value of an option; null where it was not given. */
export const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/**
 * The value of an option that must be given.
 *
 * @throws CodedError `COMPLIANCE.OPTION_MISSING`
 */
export function required(value: unknown, option: string): string {
  if (typeof value !== 'string' || value === '') throw optionMissing(option);
  return value;
}

/**
 * An id that must be given: a UUID.
 *
 * @throws CodedError `COMPLIANCE.OPTION_MISSING`, `COMPLIANCE.ID_INVALID`
 */
export function id(value: unknown, option: string): string {
  const given = required(value, option);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given)) throw idInvalid(option);
  return given;
}

/**
 * A whole number from 1; null where it was not given.
 *
 * @throws CodedError `COMPLIANCE.NUMBER_INVALID`
 */
export function count(value: unknown, option: string): number | null {
  if (typeof value !== 'string') return null;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw numberInvalid(option);
  return Number(value);
}

/**
 * Seconds, from 0.1 to an hour; null where it was not given.
 *
 * @throws CodedError `COMPLIANCE.SECONDS_INVALID`
 */
export function seconds(value: unknown, option: string): number | null {
  if (typeof value !== 'string') return null;
  const number = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value) || number < 0.1 || number > 3600) throw secondsInvalid(option);
  return number;
}

/**
 * One of a few words, in small letters with hyphens, as the constant it stands for; null where it was
 * not given.
 *
 * @throws CodedError `COMPLIANCE.CHOICE_INVALID`
 */
export function choice<Constant extends string>(
  value: unknown,
  option: string,
  constants: readonly Constant[],
): Constant | null {
  if (typeof value !== 'string') return null;
  const wordOf = (constant: string) => constant.toLowerCase().replaceAll('_', '-');
  const found = constants.find((constant) => wordOf(constant) === value.toLowerCase());
  if (found === undefined) throw choiceInvalid(option, constants.map(wordOf));
  return found;
}
