import { findClosedRights } from '@holovitals/compliance';
import { isCodedError } from '@holovitals/errors';
import type { IdentityContext } from '@holovitals/identity';
import { z } from 'zod';
import { agreementMissing, trainingLacking } from '../errors.ts';
import type { Caller } from '../identity/caller.ts';
import type { RefusalReason } from '../problem-details.ts';

/**
 * Tells callers whose rights are closed by training or an agreement so, where a call about patients is
 * refused. The reason is the caller's own, so that it tells nothing of whether there is such a patient.
 */
export function closedRightsReason(context: IdentityContext): RefusalReason {
  return async (error, request) => {
    const { routeOptions, params } = request;
    const caller = request.caller as Caller | undefined;
    const isRefusal =
      isCodedError(error) && (error.kind === 'missing' || error.kind === 'forbidden');
    const isOfPatients = routeOptions.url?.startsWith('/v1/patients') === true;
    if (!isRefusal || !isOfPatients || caller === undefined) return error;
    const patientId = z.object({ id: z.uuid() }).safeParse(params).data?.id ?? null;
    const closed = await findClosedRights(context.db, caller.actor, patientId);
    if (closed === null) return error;
    return closed.training === null ? agreementMissing() : trainingLacking(closed.training);
  };
}
