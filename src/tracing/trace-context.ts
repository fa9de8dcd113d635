import { createTraceState, type SpanContext, TraceFlags } from '@opentelemetry/api';

/** W3C Trace Context: the headers by which traces go from one program to the next. */

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const maxLength = 200;
/** As much of `tracestate` as everybody has to pass on. */
const maxStateLength = 512;

/** What a `traceparent` says, and `tracestate` beside it; null where it is none. Whatever else it claims, it has no more than these. */
export function readTraceparent(traceparent: unknown, tracestate?: unknown): SpanContext | null {
  if (typeof traceparent !== 'string' || traceparent.length > maxLength) return null;
  const [, version, traceId, spanId, flags, more] = form.exec(traceparent.trim()) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined || version === 'ff') return null;
  // a version to come may have more behind it, this one has not
  if (version === '00' && more !== undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  const state =
    typeof tracestate === 'string' && tracestate !== '' && tracestate.length <= maxStateLength
      ? { traceState: createTraceState(tracestate) }
      : {};
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true, ...state };
}

/** The header for the next program; of `traceresponse`, that for the one before. */
export const writeTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`;
