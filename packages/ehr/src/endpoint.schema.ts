import { z } from 'zod';

import { FHIR_RESOURCE_TYPES } from './fhir-resource-type.ts';

const resourceType = z.enum(FHIR_RESOURCE_TYPES);

/**
 * `ProviderConfiguration.capabilities`: what an endpoint's CapabilityStatement (R4) and its
 * `.well-known/smart-configuration` say, cut to what a synchronisation decides by.
 */
export const endpointCapabilitiesSchema = z.strictObject({
  software: z.string().max(300).optional(),
  /** Lists of profiles that the server says it follows, such as US Core's. */
  implementationGuides: z.array(z.string().max(500)).max(50).optional(),
  resources: z
    .partialRecord(
      resourceType,
      z.strictObject({
        interactions: z
          .array(z.enum(['read', 'vread', 'search-type', 'history-instance', 'create', 'update']))
          .max(6),
        searchParams: z.array(z.string().max(100)).max(200),
      }),
    )
    .optional(),
  /** SMART capabilities such as `launch-standalone`, `permission-offline`. */
  smart: z.array(z.string().max(100)).max(50).optional(),
  /** PKCE methods; `plain` is never used. */
  codeChallengeMethods: z.array(z.string().max(20)).max(5).optional(),
  bulkExport: z.boolean().optional(),
});

/** What `endpointCapabilitiesSchema` accepts. */
export type EndpointCapabilities = z.infer<typeof endpointCapabilitiesSchema>;

/**
 * `ProviderConfiguration.vendorSettings`: what only one vendor needs. Nothing secret: a secret has
 * its own encrypted column.
 */
export const vendorSettingsSchema = z.discriminatedUnion('vendor', [
  z.strictObject({
    vendor: z.literal('EPIC'),
    /** App Orchard or Connection Hub client of the sandbox, where it differs. */
    sandboxClientId: z.string().max(100).optional(),
    /** Epic wants a group for `$export`. */
    bulkGroupId: z.string().max(100).optional(),
  }),
  z.strictObject({ vendor: z.literal('CERNER'), tenantId: z.uuid() }),
  z.strictObject({
    vendor: z.literal('ATHENAHEALTH'),
    /** Practice, as `a-<environment>.Practice-<id>`. */
    practiceId: z.string().regex(/^[A-Za-z0-9.-]{1,100}$/),
  }),
  z.strictObject({
    vendor: z.literal('ECLINICALWORKS'),
    practiceCode: z.string().regex(/^[A-Za-z0-9]{1,50}$/),
    /** The practice switches FHIR on itself; nothing works before. */
    fhirEnabledByPractice: z.boolean(),
  }),
  z.strictObject({ vendor: z.literal('OTHER_FHIR') }),
]);

/** What `vendorSettingsSchema` accepts. */
export type VendorSettings = z.infer<typeof vendorSettingsSchema>;
