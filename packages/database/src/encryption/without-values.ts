import { InternalError } from '@holovitals/errors';
import { Prisma } from '../generated/client/client.ts';

/**
 * What may be told of an error of Prisma's: its refusals of arguments print them with their values,
 * which may be a patient's.
 */
export function withoutValues(error: unknown, model: string, operation: string): unknown {
  if (!(error instanceof Prisma.PrismaClientValidationError)) return error;
  const argument = /(?:Argument|Unknown argument) `(\w+)`/.exec(error.message)?.[1];
  const place = argument === undefined ? 'the arguments' : `argument ${argument}`;
  return new InternalError(`Prisma refused ${place} of ${model}.${operation}.`);
}
