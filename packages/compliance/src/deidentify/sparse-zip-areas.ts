/**
 * Areas of three digits that 20,000 people or fewer live in: those of the Census of 2000, which the
 * guidance of HHS on de-identification lists, and those of 2010. Whoever was in either is in.
 */
const SPARSE = new Set(
  '036 059 063 102 202 203 204 205 369 556 692 753 772 790 821 823 830 831 878 879 884 890 893'.split(
    ' ',
  ),
);

/** Military post, where nobody is counted, and 000, which nobody has. */
const UNCOUNTED = /^(000|09\d|340|96[2-6])$/;

/** Tells whether the first three digits of a ZIP code must become 000 (45 CFR 164.514(b)(2)(i)(B)). */
export function isSparseZipArea(area: string): boolean {
  return SPARSE.has(area) || UNCOUNTED.test(area);
}
