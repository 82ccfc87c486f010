import { readFileSync } from 'node:fs';
import { Reader, type Response } from 'mmdb-lib';
import { locationsUnreadable } from '../errors.ts';

/** Where an address is thought to be; `radius` in kilometres is how far off that may be. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly radius: number;
}

/** Tells where addresses are. */
export type Locate = (ip: string) => Location | null;

const EARTH_KM = 6371;
/** Where a database does not say how exact it is. */
const USUAL_RADIUS = 100;

interface PlaceRecord {
  readonly location?: {
    readonly latitude?: number;
    readonly longitude?: number;
    readonly accuracy_radius?: number;
  };
}

/**
 * Opens a database of cities in MaxMind's format, such as GeoLite2 City or DB-IP City.
 *
 * @throws CodedError `COMPLIANCE.LOCATIONS_UNREADABLE`
 */
export function openLocations(file: string): Locate {
  const reader = read(file);
  return (ip) => {
    const {
      latitude,
      longitude,
      accuracy_radius: radius = USUAL_RADIUS,
    } = (reader.get(ip) as PlaceRecord | null)?.location ?? {};
    if (latitude === undefined || longitude === undefined) return null;
    return { latitude, longitude, radius };
  };
}

function read(file: string): Reader<Response> {
  try {
    return new Reader(readFileSync(file));
  } catch (error) {
    throw locationsUnreadable(error);
  }
}

/** The least kilometres between two places: along a great circle, less how far off they may be. */
export function distanceBetween(one: Location, other: Location): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [from, to] = [radians(one.latitude), radians(other.latitude)];
  const half =
    Math.sin((to - from) / 2) ** 2 +
    Math.cos(from) * Math.cos(to) * Math.sin(radians(other.longitude - one.longitude) / 2) ** 2;
  const km = 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(half)));
  return Math.max(0, km - one.radius - other.radius);
}
