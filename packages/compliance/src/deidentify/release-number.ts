/** So few digits hold a measurement, and neither a ZIP code, a phone nor a record number. */
const DIGITS = 4;
const OLDEST = 89;

/** Releases a measurement or a count, rounded to four significant digits; null where it is no number. */
export function releaseMeasure(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? null : Number(value.toPrecision(DIGITS));
}

/**
 * Releases an age in years; every one over 89 is 90, which stands for 90 and more (45 CFR
 * 164.514(b)(2)(i)(C)). Null where it is no number.
 */
export function releaseAge(text: string): number | null {
  const age = releaseMeasure(text);
  return age === null ? null : age > OLDEST ? OLDEST + 1 : age;
}
