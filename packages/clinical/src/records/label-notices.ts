/** What goes with rows that carry these labels, in the words of the law where it has them. */
const NOTICES: Readonly<Record<string, string>> = {
  '42CFRPart2': '42 CFR part 2 prohibits unauthorized use or disclosure of these records.',
  PSYTHPN:
    'Psychotherapy notes: used by who wrote them, or under an authorisation of their own (45 CFR 164.508(a)(2)).',
};

/** The notices that must accompany a row with these labels (42 CFR 2.32(a)(2)); mostly none. */
export function noticesOf(labels: unknown): string[] {
  if (!Array.isArray(labels) || labels.length === 0) return [];
  return labels.flatMap((label) => NOTICES[String(label)] ?? []);
}
