import type { EmbeddingConfig } from '../../config/embedding.ts';
import { ok, type Report, warning } from '../../findings.ts';
import type { EmbeddingModel } from '../../store/store.ts';
import type { CommandContext } from '../command-context.ts';
import { printable } from '../printable.ts';

const check = 'embedding.service';

/** Asks the embedding service, or the local model, for one vector, and compares it with the vectors that are stored. */
export async function examineEmbedding(
  config: EmbeddingConfig,
  stored: readonly EmbeddingModel[] | null,
  context: CommandContext,
  limitMs: number,
  report: Report,
): Promise<void> {
  const begun = performance.now();
  const model = await context.probeEmbedder(config, AbortSignal.timeout(limitMs));
  const took = Math.round(performance.now() - begun);
  const called = `${model.provider} (${printable(model.name)})`;
  const found = `${called} answers with vectors of ${model.dimensions} numbers, in ${took} ms`;
  if (took > config.queryTimeoutMs && config.provider !== 'local')
    report(
      warning(
        'embedding.latency',
        `${found}; a search waits for ${config.queryTimeoutMs} ms, and goes on by words then. The first answer of a service may take longer than others.`,
        'Run the doctor again; if it stays, raise CQ_EMBEDDING_QUERY_TIMEOUT_MS, or have the service keep its model loaded.',
      ),
    );
  const active = stored?.find(({ state }) => state === 'active');
  const isStored = stored?.some(
    ({ provider, name, dimensions, state }) =>
      state !== 'retired' && provider === model.provider && name === model.name && dimensions === model.dimensions,
  );
  if (active && !isStored)
    report(
      warning(
        check,
        `${found}, and those that are stored are of ${active.provider} (${printable(active.name)}), ${active.dimensions} numbers each: a server makes all of them anew, and searches by the old ones find nothing meanwhile.`,
        'If that is not meant, set CQ_EMBEDDING_PROVIDER, CQ_EMBEDDING_MODEL and CQ_EMBEDDING_DIMENSIONS to what they were.',
      ),
    );
  else report(ok(check, `${found}.`));
}
