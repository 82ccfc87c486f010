/**
 * Codes of HL7 and CDC code systems that no table of the database holds, and that may leave: short
 * lists that everybody uses. Races and ethnicities are those of the OMB, not the finer ones.
 */
export const RELEASED_WORDS: readonly string[] = [
  // OMB race and ethnicity categories (CDCREC).
  ...'1002-5 2028-9 2054-5 2076-8 2106-3 2131-1 2135-2 2186-5'.split(' '),
  // v3-NullFlavor.
  ...'UNK ASKU OTH NI NA NASK'.split(' '),
  // v3-MaritalStatus.
  ...'A C D I L M P S T U W'.split(' '),
  // v3-ActEncounterCode.
  ...'AMB EMER FLD HH IMP ACUTE NONAC OBSENC PRENC SS VR'.split(' '),
  // v3-ActCode, kinds of coverage.
  ...'EHCPOL HSAPOL HMO PPO POS PUBLICPOL SUBSIDIZ WCBPOL pay'.split(' '),
  // discharge-disposition.
  ...'home alt-home other-hcf hosp long aadvice exp psy rehab snf oth'.split(' '),
  // v3-ObservationInterpretation.
  ...'B D N AA HH LL HX LX IND NEG POS ND DET R NR WR RR EXP UNE E NS SDD SYN-R SYN-S'.split(' '),
  ...'H HU LU'.split(' '),
  // data-absent-reason.
  ...'unknown asked-unknown temp-unknown not-asked asked-declined masked not-applicable'.split(' '),
  ...'unsupported as-text error not-a-number not-performed not-permitted'.split(' '),
  // v3-RouteOfAdministration, the usual ones.
  ...'PO IM IV SC SL ID NASINHL INHL TOP PR IVPUSH'.split(' '),
  // v3-ActSite, of vaccines.
  ...'LA RA LD RD LT RT LVL RVL LG RG'.split(' '),
  // v2-0487 and v2-0493, of specimens.
  ...'BLD SER PLAS UR CSF STL SPT SWA TISS AUT CLOT CON COOL FROZ HEM LIVE ROOM SNR'.split(' '),
  // diagnostic-service-sections.
  ...'LAB RAD PAT CT CUS EC HM MB NMS NRS RUS SP SR TX VR XRC GE IMM'.split(' '),
  // v3-FamilyMember.
  ...'FAMMEMB CHILD SON DAU STPCHLD GRNDCHILD PRN MTH FTH NMTH NFTH SIB SIS BRO HSIB'.split(' '),
  ...'GRPRN GRMTH GRFTH MGRMTH MGRFTH PGRMTH PGRFTH AUNT MAUNT PAUNT UNCLE MUNCLE PUNCLE'.split(
    ' ',
  ),
  ...'COUSN NIECE NEPHEW SPS HUSB WIFE DOMPART'.split(' '),
  // timing abbreviations (v3-GTSAbbreviation).
  ...'QD QOD BID TID QID Q4H Q6H Q8H QAM QPM AM PM BED WK MO'.split(' '),
  // medicationrequest-category and US Core care plan.
  ...'inpatient outpatient community discharge assess-plan'.split(' '),
  // Why a dose was not given (v3-ActReason).
  ...'IMMUNE MEDPREC OSTOCK PATOBJ'.split(' '),
];

/** LOINC terms whose value is an age in years (45 CFR 164.514(b)(2)(i)(C)). */
export const AGE_TERMS: ReadonlySet<string> = new Set([
  '30525-0',
  '21612-7',
  '21611-9',
  '29553-5',
  '35659-2',
  '39016-1',
  '63900-5',
  '64398-1',
]);

/** LOINC terms whose value is itself an identifier: a place, a number of a person or an account. */
export const IDENTIFIER_TERMS: ReadonlySet<string> = new Set([
  '45401-7',
  '45396-9',
  '45394-4',
  '45397-7',
  '42077-8',
  '46498-2',
  '21112-8',
  '76435-7',
  '56799-0',
]);
