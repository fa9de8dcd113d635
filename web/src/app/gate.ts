import { signal } from '../design/signal.ts';

let open: PromiseWithResolvers<void> | null = null;

/** Whether somebody has to sign in again before what waits goes on. */
export const gateIsClosed = signal(false);

/** Asks for signing in, once for all that wait, and resolves when that is done or given up. */
export function waitForSignIn(): Promise<void> {
  open ??= Promise.withResolvers<void>();
  gateIsClosed.set(true);
  return open.promise;
}

export function openGate(): void {
  gateIsClosed.set(false);
  open?.resolve();
  open = null;
}
