import { createHash } from 'node:crypto';

/** Four weeks of an ordinary hospital, in which nobody does wrong: what detectors raise is false. */
export interface SimulatedMonth {
  readonly staff: readonly string[];
  readonly patients: readonly SimulatedPatient[];
  readonly encounters: readonly { patientId: string; from: Date; to: Date }[];
  readonly careTeam: readonly { patientId: string; userId: string }[];
  readonly relatives: readonly { patientId: string; userId: string }[];
  /** What happened on each day, in order. */
  readonly days: readonly (readonly SimulatedAct[])[];
}

interface SimulatedPatient {
  readonly id: string;
  /** The account of one who works here. */
  readonly userId: string | null;
  readonly isRestricted: boolean;
}

/** One row of the trail. */
export interface SimulatedAct {
  readonly at: Date;
  readonly by: string | null;
  readonly event: 'PHI_READ' | 'PHI_EXPORT' | 'LOGIN' | 'LOGIN_FAILED';
  readonly patientId: string | null;
  readonly ip: string;
  readonly rows: number | null;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday; the hospital keeps UTC. */
export const MONTH_START = new Date('2026-03-02T00:00:00Z');
const DAYS = 28;
const WARDS = 6;
const BEDS = 28;
const POOL = 2600;
/** Every post of the house leaves it by one of these addresses. */
const HOUSE = ['192.0.2.1', '192.0.2.2'];

/** How a day of each kind of staff goes: how many there are, and when their shift begins. */
const NURSES = [
  { count: 24, begins: 7 },
  { count: 12, begins: 15 },
  { count: 12, begins: 23 },
];
const DOCTORS = 14;
const DESK = 6;
const BILLING = 4;
const QUALITY = 2;

/** Simulates the month from a seed; the same seed makes the same month. */
export function simulateMonth(seed: number): SimulatedMonth {
  const random = drawFrom(seed);
  const int = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const isChance = (share: number) => random() < share;
  const people = (kind: string, count: number) =>
    Array.from({ length: count }, (_, n) => idOf(`${seed} ${kind} ${n}`));

  const nurses = NURSES.flatMap(({ count, begins }) =>
    people(`nurse ${begins}`, count).map((id, n) => ({ id, begins, ward: n % WARDS })),
  );
  const doctors = people('doctor', DOCTORS);
  const [desk, billing, quality] = [
    people('desk', DESK),
    people('billing', BILLING),
    people('quality', QUALITY),
  ];
  const staff = [...nurses.map(({ id }) => id), ...doctors, ...desk, ...billing, ...quality];

  // Every eighth of the staff is a patient of the house, and as many have a relative who is.
  const patients = people('patient', POOL).map((id, n) => ({
    id,
    userId: n < staff.length && n % 8 === 0 ? (staff[n] ?? null) : null,
    isRestricted: n % 250 === 100,
  }));
  const relatives = staff
    .filter((_, n) => n % 8 === 4)
    .map((userId) => ({ userId, patientId: pick(patients).id }));

  const encounters: { patientId: string; from: Date; to: Date }[] = [];
  const careTeam = new Map<string, { patientId: string; userId: string }>();
  const treats = (userId: string, patientId: string) =>
    careTeam.set(`${userId} ${patientId}`, { userId, patientId });
  const inBed = new Set<string>();
  const free = () => {
    for (;;) {
      const { id } = pick(patients);
      if (!inBed.has(id)) return id;
    }
  };
  interface Bed {
    patientId: string;
    until: number;
    doctor: string;
  }
  const admit = (ward: number, at: number): Bed => {
    const patientId = free();
    inBed.add(patientId);
    const until = at + int(1, 8) * DAY;
    encounters.push({ patientId, from: new Date(at), to: new Date(until) });
    const doctor = pick(doctors);
    treats(doctor, patientId);
    const own = nurses.filter((nurse) => nurse.ward === ward);
    for (let n = 0; n < 2; n += 1) treats(pick(own).id, patientId);
    return { patientId, until, doctor };
  };
  const start = MONTH_START.getTime();
  const wards = Array.from({ length: WARDS }, (_, ward) =>
    Array.from({ length: BEDS }, () => admit(ward, start - int(1, 4) * DAY)),
  );

  const days = Array.from({ length: DAYS }, (_, n) => {
    const day = start + n * DAY;
    const isWeekend = n % 7 >= 5;
    const acts: SimulatedAct[] = [];
    const add = (
      at: number,
      by: string | null,
      event: SimulatedAct['event'],
      rest: Partial<SimulatedAct> = {},
    ) =>
      acts.push({
        ...{
          at: new Date(Math.floor(at)),
          by,
          event,
          patientId: null,
          ip: pick(HOUSE),
          rows: null,
        },
        ...rest,
      });
    const opens = (at: number, by: string, patientId: string) =>
      add(at, by, 'PHI_READ', { patientId });
    const comes = (by: string, at: number) => {
      if (isChance(0.06)) add(at - 60_000, by, 'LOGIN_FAILED');
      // Somebody who came back from leave, or whose password has changed.
      if (isChance(0.006)) {
        for (let tries = int(4, 12); tries > 0; tries -= 1)
          add(at - tries * 90_000, by, 'LOGIN_FAILED');
      }
      add(at, by, 'LOGIN');
    };

    for (const [ward, beds] of wards.entries()) {
      for (const [place, bed] of beds.entries()) {
        if (bed.until > day) continue;
        inBed.delete(bed.patientId);
        beds[place] = admit(ward, day + int(8, 18) * HOUR);
      }
    }
    for (const { id, begins, ward } of nurses) {
      if (isChance(0.29)) continue;
      // A day nurse takes over a night now and then, and somebody helps out on another ward.
      const isStanding = begins === 7 && isChance(0.01);
      const begin = day + (isStanding ? 23 : begins) * HOUR;
      comes(id, begin);
      const beds = wards[isChance(0.04) ? int(0, WARDS - 1) : ward] ?? [];
      for (let hour = 0; hour < 8; hour += 1) {
        for (const bed of beds) {
          if (isChance(0.16)) opens(begin + hour * HOUR + int(0, 3599) * 1000, id, bed.patientId);
        }
      }
    }
    const visits = isWeekend ? 12 : 110;
    for (let visit = 0; visit < visits; visit += 1) {
      const patientId = free();
      const at = day + 8 * HOUR + int(0, 8 * 60) * 60_000;
      encounters.push({ patientId, from: new Date(at), to: new Date(at + HOUR) });
      const doctor = pick(doctors);
      treats(doctor, patientId);
      const atDesk = pick(desk);
      opens(
        day + (visit < visits / 2 ? int(7 * 60, 9 * 60) : int(9 * 60, 16 * 60)) * 60_000,
        atDesk,
        patientId,
      );
      opens(at, doctor, patientId);
      opens(at + int(10, 50) * 60_000, doctor, patientId);
    }
    for (const doctor of doctors) {
      if (isWeekend && isChance(0.7)) continue;
      comes(doctor, day + 7.5 * HOUR);
      for (const bed of wards.flat()) {
        if (bed.doctor === doctor)
          opens(day + int(8 * 60, 17 * 60) * 60_000, doctor, bed.patientId);
      }
    }
    // One is on call, for whoever is in the house.
    const onCall = doctors[n % DOCTORS] ?? '';
    for (let call = int(2, 9); call > 0; call -= 1) {
      opens(day + int(22 * 60, 29 * 60) * 60_000, onCall, pick(wards.flat()).patientId);
    }
    for (const clerk of isWeekend ? [] : [...desk, ...billing, ...quality])
      comes(clerk, day + 7 * HOUR);
    for (const clerk of isWeekend ? [] : billing) {
      for (let bill = int(15, 45); bill > 0; bill -= 1) {
        // Most bills are of the last weeks, some are disputed long after.
        const { patientId } = pick(encounters);
        opens(day + int(8 * 60, 16 * 60) * 60_000, clerk, isChance(0.004) ? free() : patientId);
      }
    }
    // Somebody calls of whom nobody has heard for long.
    for (let call = isWeekend ? 0 : int(0, 3); call > 0; call -= 1) {
      opens(day + int(8 * 60, 16 * 60) * 60_000, pick(desk), free());
    }
    if (n % 7 === 2) {
      for (const person of quality) {
        add(day + 10 * HOUR, person, 'PHI_EXPORT', { rows: int(200, 1100) });
      }
    }
    // Patients who do not know their password, or mistype their address.
    for (let guest = int(5, 15); guest > 0; guest -= 1) {
      const ip = `198.51.100.${int(1, 250)}`;
      const begin = day + int(7 * 60, 23 * 60) * 60_000;
      for (let tries = int(1, 6); tries > 0; tries -= 1) {
        add(begin + tries * 45_000, null, 'LOGIN_FAILED', { ip });
      }
    }
    return acts;
  });
  // What a shift does after midnight belongs to the next day.
  const all = days.flat().sort((one, other) => one.at.getTime() - other.at.getTime());
  const byDay = Array.from({ length: DAYS + 1 }, (_, n) =>
    all.filter(({ at }) => Math.floor((at.getTime() - start) / DAY) === n),
  );
  return { staff, patients, encounters, careTeam: [...careTeam.values()], relatives, days: byDay };
}

/** An id by a name: a UUID of version 4 by its form. */
function idOf(name: string): string {
  return createHash('md5')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}

/** Numbers from 0 to 1 that follow from a seed. */
function drawFrom(seed: number): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash('md5').update(`${seed}/${drawn}`).digest().readUInt32LE(0) / 2 ** 32;
  };
}
