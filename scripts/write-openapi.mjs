// `write-openapi.mjs FILE`: the document of the built API, as its test compares it. Nothing is
// connected to: a document is made of the routes alone.
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { readJson } from './new/workspace.mjs';

// Built only now: no import that another package's gates could follow.
const place = new URL('../apps/api/dist/build-server.js', import.meta.url);
const { buildServer } = await import(place.href);
const manifest = readJson(`${readJson('schema.config.json').schemaDir}/schema.manifest.json`);
const server = await buildServer(
  { manifest, atlas: os.tmpdir() },
  { logLevel: 'silent', requestsPerMinute: 0, trustedProxies: [] },
);
writeFileSync(process.argv[2], `${JSON.stringify(server.swagger(), null, 2)}\n`);
await server.close();
