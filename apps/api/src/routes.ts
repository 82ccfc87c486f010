import type { ClinicalContext, FileContext } from '@holovitals/clinical';
import type { Database } from '@holovitals/database';
import type { IdentityContext } from '@holovitals/identity';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { loincRoutes } from './clinical/loinc.routes.ts';
import { chartRoutes } from './clinical/chart.routes.ts';
import { fileRoutes } from './clinical/file.routes.ts';
import { patientRoutes } from './clinical/patient.routes.ts';
import { practitionerRoutes } from './clinical/practitioner.routes.ts';
import { recordRoutes } from './clinical/record.routes.ts';
import { accessLogRoutes } from './compliance/access-log.routes.ts';
import { alertRoutes } from './compliance/alert.routes.ts';
import { breachNoticeRoutes } from './compliance/breach-notice.routes.ts';
import { accessRequestRoutes } from './compliance/access-request.routes.ts';
import { amendmentRequestRoutes } from './compliance/amendment-request.routes.ts';
import { breachRoutes } from './compliance/breach.routes.ts';
import { consentRoutes } from './compliance/consent.routes.ts';
import { disclosureRoutes } from './compliance/disclosure.routes.ts';
import { emergencyRoutes } from './compliance/emergency.routes.ts';
import { explainRoutes } from './compliance/explain.routes.ts';
import { workforceRoutes } from './compliance/workforce.routes.ts';
import { privacyRequestRoutes } from './compliance/privacy-request.routes.ts';
import { healthRoutes } from './health/health.routes.ts';
import { accessRoutes } from './identity/access.routes.ts';
import { accountRoutes } from './identity/account.routes.ts';
import { authRoutes } from './identity/auth.routes.ts';
import { federationRoutes } from './identity/federation.routes.ts';
import { atlasRoutes } from './schema/atlas.routes.ts';
import type { ReferenceReads } from './reference-reads.ts';
import { schemaRoutes } from './schema/schema.routes.ts';

/** What the routes work with; the composition root hands it in. */
export interface Dependencies {
  readonly db: Database;
  /** Reads that are about no patient. */
  readonly reads: ReferenceReads;
  readonly identity: IdentityContext;
  readonly clinical: ClinicalContext;
  readonly files: FileContext;
  readonly manifest: SchemaManifest;
  /** The folder of the schema atlas, built or not. */
  readonly atlas: string;
  /** Why the platform is not ready; empty when it is. */
  readonly readReadiness: () => Promise<string[]>;
}

/** A server whose routes are typed by their zod schemas. */
export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Adds the routes of one feature. */
export type Routes = (server: Server, dependencies: Dependencies) => void;

/** Every route of the API. */
export const allRoutes: readonly Routes[] = [
  healthRoutes,
  authRoutes,
  federationRoutes,
  accountRoutes,
  accessRoutes,
  patientRoutes,
  chartRoutes,
  recordRoutes,
  fileRoutes,
  practitionerRoutes,
  accessLogRoutes,
  alertRoutes,
  breachRoutes,
  breachNoticeRoutes,
  consentRoutes,
  disclosureRoutes,
  accessRequestRoutes,
  amendmentRequestRoutes,
  privacyRequestRoutes,
  emergencyRoutes,
  workforceRoutes,
  explainRoutes,
  loincRoutes,
  schemaRoutes,
  atlasRoutes,
];
