/**
 * Runs `work`, and `renew` every `everyMs` until it has ended: so others can tell a process that works for long from one that has died. A
 * renewal that fails is made up for by the next one, and none is under way when this ends.
 */
export async function withRenewal<T>(renew: () => Promise<void>, everyMs: number, work: () => Promise<T>): Promise<T> {
  let renewing: Promise<void> | null = null;
  const timer = setInterval(() => {
    renewing ??= renew()
      .catch(() => {})
      .finally(() => {
        renewing = null;
      });
  }, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await renewing;
  }
}
