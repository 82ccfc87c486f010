import { fileURLToPath } from 'node:url';

const prismaDirectory = new URL('../prisma/', import.meta.url);

/** The composed schema's manifest: models, fields, classifications, with their places in the source. */
export const schemaManifestPath = fileURLToPath(new URL('schema.manifest.json', prismaDirectory));

/** The one linear history of migrations. */
export const migrationsDirectory = fileURLToPath(new URL('migrations/', prismaDirectory));
