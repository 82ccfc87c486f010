import { rollbackLoses } from '../errors.ts';
import type { LostColumn } from './lost-values.ts';

/**
 * Refuses to go on where values or rows would be gone.
 *
 * @throws CodedError `MIGRATOR.ROLLBACK_LOSES`
 */
export function refuseLosses(lost: readonly LostColumn[], deletedRows: number): void {
  const losses = [
    ...lost.map(({ name, values, becomes }) =>
      becomes === null
        ? `${name} holds ${values} value(s).`
        : `${name} holds ${values} value(s) that become ${becomes}.`,
    ),
    ...(deletedRows === 0 ? [] : [`${deletedRows} row(s) are deleted.`]),
  ];
  if (losses.length > 0) throw rollbackLoses(losses);
}
