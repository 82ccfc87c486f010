/** The parts of the UCUM library, which ships no types, that are used. */
interface Ucum {
  validateUnitString(unit: string): {
    readonly status: 'valid' | 'invalid' | 'error';
    readonly ucumCode: string | null;
  };
  convertUnitTo(
    from: string,
    value: number,
    to: string,
    options?: { readonly molecularWeight?: number },
  ): { readonly status: 'succeeded' | 'failed' | 'error'; readonly toVal: number | null };
}

/** Opens the library; its table of units is read now. */
export async function openUcum(): Promise<Ucum> {
  // @ts-expect-error -- no types: see the interface above
  const library = (await import('@lhncbc/ucum-lhc')) as {
    readonly UcumLhcUtils: { getInstance(): Ucum };
  };
  return library.UcumLhcUtils.getInstance();
}

/** Answers that were found; units repeat. */
const known = new Map<string, boolean>();
const REMEMBERED = 1000;

/** Tells whether a text is a unit of UCUM (the Unified Code for Units of Measure), case-sensitive. */
export async function isUcumUnit(unit: string): Promise<boolean> {
  const answer = known.get(unit);
  if (answer !== undefined) return answer;
  const ucum = await openUcum();
  const { status, ucumCode } = silently(() => ucum.validateUnitString(unit));
  const isUnit = status === 'valid' && ucumCode === unit;
  if (known.size >= REMEMBERED) known.clear();
  known.set(unit, isUnit);
  return isUnit;
}

/** The library writes texts that it stumbles over to the console: a caller's, which no log may hold. */
function silently<T>(work: () => T): T {
  const { log } = console;
  console.log = () => undefined;
  try {
    return work();
  } finally {
    console.log = log;
  }
}
