import { schemaManifestPath } from '@holovitals/database';
import { smtpSender, twilioSender } from '@holovitals/identity';
import { openWorkspace } from '@holovitals/migrator';
import { readManifest } from '@holovitals/schema-composer';
import { alertInBackground } from './alert-in-background.ts';
import { buildServer } from './build-server.ts';
import { deliverInBackground } from './deliver-in-background.ts';
import { portTaken } from './errors.ts';
import { readReadiness } from './health/read-readiness.ts';
import { openPlatform } from './open-platform.ts';
import { removeInBackground } from './remove-in-background.ts';
import { reportError } from './report-error.ts';
import type { Server } from './routes.ts';
import { ATLAS_FOLDER } from './schema/atlas.routes.ts';
import { readSettings, type Settings } from './settings.ts';
import { watchReplica } from './watch-replica.ts';

const DEFAULT_PORT = 3000;
const PORTS_TRIED = 20;

try {
  await serve();
} catch (error) {
  process.exit(reportError(error));
}

/** Serves until a signal: then open requests end, the pool closes, and the process with them. */
async function serve(): Promise<void> {
  const settings = await readSettings();
  const workspace = openWorkspace();
  const { identity, clinical, files, reads, close } = await openPlatform(settings);
  const { db } = identity;
  const server = await buildServer(
    {
      db,
      reads,
      identity,
      clinical,
      files,
      manifest: readManifest(schemaManifestPath),
      atlas: ATLAS_FOLDER,
      readReadiness: () => readReadiness(workspace, settings.databaseUrl),
    },
    settings,
  );
  const port = await listen(server, settings);
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  process.stdout.write(`http://${host}:${port}\n`);
  const stopDelivery = deliverInBackground(
    identity,
    {
      ...(settings.smtp && { EMAIL: smtpSender(settings.smtp) }),
      ...(settings.twilio && { SMS: twilioSender(settings.twilio) }),
    },
    `http://${host}:${port}`,
    server.log,
  );
  const stopUpkeep = removeInBackground(identity, server.log);
  const stopAlerts = alertInBackground(identity, server.log);
  const stopWatching = watchReplica(reads, server.log);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void server
        .close()
        .then(() => Promise.all([stopDelivery(), stopUpkeep(), stopAlerts(), stopWatching()]))
        .then(close)
        .then(() => process.exit(0));
    });
  }
}

/** Listens on the port that is asked for; where none is, on 3000 or the next one that is free. */
async function listen(server: Server, { host, port }: Settings): Promise<number> {
  for (let candidate = port ?? DEFAULT_PORT; ; candidate += 1) {
    try {
      await server.listen({ host, port: candidate });
      const address = server.server.address();
      return typeof address === 'object' && address !== null ? address.port : candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (port !== undefined || candidate > DEFAULT_PORT + PORTS_TRIED) throw portTaken(candidate);
    }
  }
}
