import { chartDetectors } from './chart-detectors.ts';
import type { Detector } from './detector.ts';
import { sessionDetectors } from './session-detectors.ts';
import { travelDetectors } from './travel-detectors.ts';
import { volumeDetectors } from './volume-detectors.ts';

/** What `audit watch` looks for; docs/detectors.md tells how often each is wrong. */
export const detectors: readonly Detector[] = [
  ...chartDetectors,
  ...volumeDetectors,
  ...sessionDetectors,
  ...travelDetectors,
];
