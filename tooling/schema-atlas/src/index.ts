export { leaveOut } from './leave-out.ts';
export { readAtlas, type Atlas } from './read-atlas.ts';
export type { MigrationEntry, SchemaEvent } from './history/read-history.ts';
export { writeSite } from './write-site.ts';
