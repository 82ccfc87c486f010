import { noPermissionToSignal } from './errors.ts';

/**
 * Sends a signal to a server process; nothing happens where it has ended by itself.
 *
 * @throws CodedError `POSTGRES.NOT_OUR_PROCESS`
 */
export function signalServer(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') throw noPermissionToSignal(pid);
  }
}
