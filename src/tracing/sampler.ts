import { trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import type { SamplerConfig } from '../config/tracing.ts';

/**
 * Decides over a trace once, at its first span here. A caller may ask that its request is not traced, and otherwise has no say: its flag does
 * not have more traced than the configured part, nor does the id that it chooses, since chance decides and not the id.
 */
export function createSampler({ ratio, followsCaller }: SamplerConfig, random: () => number = Math.random): Sampler {
  const decide = (isSampled: boolean) => ({
    decision: isSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
  });
  return {
    shouldSample(context) {
      const before = trace.getSpanContext(context);
      const isSampled = ((before?.traceFlags ?? 0) & 1) === 1;
      if (before && !before.isRemote) return decide(isSampled);
      if (before && followsCaller && !isSampled) return decide(false);
      return decide(ratio === 1 || random() < ratio);
    },
    toString: () => `${followsCaller ? 'ParentBased' : ''}Ratio{${ratio}}`,
  };
}
