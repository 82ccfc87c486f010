import type {
  AuditEvent,
  AuditEventAgent,
  AuditEventEntity,
  Coding,
  Identifier,
} from '@medplum/fhirtypes';
import type { AuditTrailEvent } from './audit-event.schema.ts';
import { AUDIT_LOG_USED, EVENT_CODES } from './audit-event-codes.ts';

const BALP = 'https://profiles.ihe.net/ITI/BALP';
const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const OBJECT_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const OUTCOMES = {
  SUCCESS: '0',
  MINOR_FAILURE: '4',
  SERIOUS_FAILURE: '8',
  MAJOR_FAILURE: '12',
} as const;
const SOURCE = { system: DCM, code: '110153', display: 'Source Role ID' };
const DESTINATION = { system: DCM, code: '110152', display: 'Destination Role ID' };

/** The BALP profile of an act that succeeded on a row of one patient, by event and action. */
const PROFILES: Readonly<Record<string, string>> = {
  'PHI_READ R': 'IHE.BasicAudit.PatientRead',
  'PHI_CREATE C': 'IHE.BasicAudit.PatientCreate',
  'PHI_UPDATE U': 'IHE.BasicAudit.PatientUpdate',
};

/**
 * A row of the trail as an AuditEvent of FHIR R4, coded as IHE BALP codes it. It names a profile of
 * BALP where it holds all that the profile asks for; names of models stand as texts, since most are no
 * types of FHIR.
 */
export function fhirAuditEvent(event: AuditTrailEvent): AuditEvent {
  const isTrail = event.resourceType === 'AuditLog';
  const { type, subtype } = isTrail ? AUDIT_LOG_USED : EVENT_CODES[event.eventType];
  const profile = profileOf(event, isTrail);
  const entity = entitiesOf(event);
  return {
    resourceType: 'AuditEvent',
    id: event.id,
    ...(profile !== undefined && { meta: { profile: [profile] } }),
    type,
    ...(subtype !== undefined && { subtype: [subtype] }),
    action: event.action,
    recorded: event.at,
    outcome: OUTCOMES[event.outcome],
    ...((event.purposeOfUse !== null || event.reason !== null) && {
      purposeOfEvent: [
        {
          ...(event.purposeOfUse !== null && purposeOf(event.purposeOfUse)),
          ...(event.reason !== null && { text: event.reason }),
        },
      ],
    }),
    agent: agentsOf(event),
    source: { observer: { display: event.source } },
    ...(entity.length > 0 && { entity }),
  };
}

function profileOf(event: AuditTrailEvent, isTrail: boolean): string | undefined {
  const { outcome, patientId, resourceId, ip } = event;
  if (isTrail || outcome !== 'SUCCESS') return undefined;
  if (patientId === null || resourceId === null || ip === null) return undefined;
  const name = PROFILES[`${event.eventType} ${event.action}`];
  return name === undefined ? undefined : `${BALP}/StructureDefinition/${name}`;
}

/** What is read flows to the client; what is written, or asked for, flows from it. */
function agentsOf(event: AuditTrailEvent): [AuditEventAgent, ...AuditEventAgent[]] {
  const isRead = event.action === 'R';
  const isPerson = event.userId !== null;
  const isKey = !isPerson && event.apiKeyId !== null;
  const server: AuditEventAgent = {
    type: { coding: [isRead ? SOURCE : DESTINATION] },
    who: { display: event.agentSystem ?? event.source },
    requestor: !isPerson && !isKey,
    network: { address: event.source, type: '1' },
  };
  const others: AuditEventAgent[] = [];
  if (isPerson) others.push(personOf(event, isRead));
  if (event.ip !== null || event.apiKeyId !== null) {
    others.push({
      type: { coding: [isRead ? DESTINATION : SOURCE] },
      who:
        event.apiKeyId === null
          ? { display: event.userAgent ?? 'unknown' }
          : { ...byId(event.apiKeyId), display: 'API key' },
      requestor: isKey,
      ...(event.ip !== null && { network: { address: event.ip, type: '2' } }),
    });
  }
  if (event.onBehalfOfId !== null) {
    const role = [{ text: 'for whom it was done' }];
    others.push({ who: byId(event.onBehalfOfId), role, requestor: false });
  }
  return [server, ...others];
}

function personOf(event: AuditTrailEvent, isRead: boolean): AuditEventAgent {
  const code: Coding = isRead
    ? { system: PARTICIPATION, code: 'IRCP', display: 'information recipient' }
    : { system: PARTICIPATION, code: 'AUT', display: 'author (originator)' };
  const { userId, displayName, role, purposeOfUse } = event;
  return {
    type: { coding: [code] },
    who: { ...byId(userId ?? ''), ...(displayName !== null && { display: displayName }) },
    requestor: true,
    ...(displayName !== null && { name: displayName }),
    ...(role !== null && { role: [{ text: role }] }),
    ...(purposeOfUse !== null && { purposeOfUse: [purposeOf(purposeOfUse)] }),
  };
}

function entitiesOf(event: AuditTrailEvent): AuditEventEntity[] {
  const { patientId, resourceType, resourceId, requestId, recordCount, changedFields } = event;
  const entities: AuditEventEntity[] = [];
  if (patientId !== null) {
    entities.push({
      what: { reference: `Patient/${patientId}` },
      type: { system: ENTITY_TYPE, code: '1', display: 'Person' },
      role: { system: OBJECT_ROLE, code: '1', display: 'Patient' },
    });
  }
  if (resourceType !== null) {
    const detail = [
      ...(recordCount === null ? [] : [{ type: 'recordCount', valueString: String(recordCount) }]),
      ...changedFields.map((name) => ({ type: 'changedField', valueString: name })),
    ];
    const isSearch = event.eventType === 'PHI_SEARCH' && resourceId === null;
    entities.push({
      ...(!isSearch && { what: rowOf(event) }),
      type: { system: ENTITY_TYPE, code: '2', display: 'System Object' },
      role: isSearch
        ? { system: OBJECT_ROLE, code: '24', display: 'Query' }
        : { system: OBJECT_ROLE, code: '4', display: 'Domain Resource' },
      ...(isSearch && { description: resourceType }),
      ...(detail.length > 0 && { detail }),
    });
  }
  if (requestId !== null) {
    const code = { system: `${BALP}/CodeSystem/BasicAuditEntityType`, code: 'XrequestId' };
    entities.push({ what: { identifier: { value: requestId } }, type: code });
  }
  return entities;
}

function rowOf({ resourceType, resourceId, resourceVersion }: AuditTrailEvent) {
  const display = resourceVersion === null ? resourceType : `${resourceType} ${resourceVersion}`;
  return {
    ...(resourceId !== null && byId(resourceId)),
    ...(display !== null && { display }),
  };
}

function byId(id: string): { readonly identifier: Identifier } {
  return {
    identifier: UUID.test(id)
      ? { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` }
      : { value: id },
  };
}

const purposeOf = (code: string) => ({ coding: [{ system: ACT_REASON, code }] });
