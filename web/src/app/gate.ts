import { signal } from '../design/signal.ts';

let open: PromiseWithResolvers<void> | null = null;
let isKnown = false;

/** From when on the page knows whom it is for. */
export function sessionIsKnown(): void {
  isKnown = true;
}

/** Whether somebody has to sign in again before what waits goes on. */
export const gateIsClosed = signal(false);

/**
 * Asks for signing in, once for all that wait, and resolves when that is done or given up. At once where nobody is known yet: the
 * cookie of a session that has ended went with the refusal, and who asks again is nobody.
 */
export async function waitForSignIn(): Promise<void> {
  if (!isKnown) return;
  open ??= Promise.withResolvers<void>();
  gateIsClosed.set(true);
  return open.promise;
}

export function openGate(): void {
  gateIsClosed.set(false);
  open?.resolve();
  open = null;
}
