import type { AdmissionLimits } from '../../src/http/admission.ts';
import type { BodyLimits } from '../../src/http/request-bodies.ts';

/** What a server without a configuration needs, with limits in which time plays no part, unless told otherwise. */
export function limits(admission: Partial<AdmissionLimits> = {}, bodies: Partial<BodyLimits> = {}) {
  return {
    publicUrl: null,
    corsOrigin: ['https://app.example'],
    web: false,
    admission: {
      concurrent: 10,
      queued: 10,
      standingMs: 600_000,
      timeoutMs: 600_000,
      slowMs: 600_000,
      slow: 0,
      ...admission,
    },
    bodies: { maxBytes: 1000, maxTotalBytes: 100_000, maxReading: 100, ...bodies },
  };
}
