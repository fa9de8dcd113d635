const [leastMs, mostMs] = [10, 1000];

/** The pause after a batch is as long as the batch took, within limits, so that requests get half of the time. */
export const pauseAfterBatch = (tookMs: number): number => Math.min(mostMs, Math.max(leastMs, tookMs));
