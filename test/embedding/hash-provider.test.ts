import { describe, expect, it } from 'vitest';
import { readEmbedding } from '../../src/config/embedding.ts';
import { openEmbedder } from '../../src/embedding/open-embedder.ts';
import { failureOf, rounded } from './provider-fixture.ts';

function embedderOf(environment: Record<string, string> = {}) {
  const config = readEmbedding({ CQ_EMBEDDING_PROVIDER: 'hash', ...environment }, null);
  if (!config) throw new Error('no provider');
  return openEmbedder(config);
}

const embedder = embedderOf();

async function likeness(one: string, other: string): Promise<number> {
  const [a = new Float32Array(), b = new Float32Array()] = await embedder.embed([one, other], 'document');
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

describe('the hash embedder', () => {
  it('answers the same vector for the same text, a unit vector of the configured dimensions', async () => {
    const texts = ['Retry with back-off', 'x', '日本語', '!!!', '🎉'];
    const vectors = await embedder.embed(texts, 'document');
    expect(vectors.map(({ length }) => length)).toEqual(texts.map(() => 512));
    expect(vectors.map((vector) => Math.hypot(...vector))).toEqual(texts.map(() => expect.closeTo(1, 6)));
    expect(await embedderOf().embed(texts, 'query')).toEqual(vectors);
    expect(embedder.model).toEqual({ provider: 'hash', name: 'hash-1', dimensions: 512, documentPrefix: '' });
  });

  it('never changes under the name hash-1', async () => {
    const vectors = await embedderOf({ CQ_EMBEDDING_DIMENSIONS: '8' }).embed(['HTTP 429', 'Zürich'], 'document');
    expect(rounded(vectors)).toEqual([
      [0.36668, 0.64169, 0.27501, 0, 0.45835, 0, 0.18334, -0.36668],
      [0.28868, 0.28868, 0.57735, 0, 0.57735, 0.28868, 0, 0.28868],
    ]);
  });

  it('ignores case and Unicode forms of the same letter', async () => {
    expect(await likeness('Webhook RETRY', 'webhook retry')).toBeCloseTo(1, 5);
    expect(await likeness('ﬁle', 'file')).toBeCloseTo(1, 5);
  });

  it('gives texts with similar spelling a greater similarity than others', async () => {
    const near = await likeness('stripe webhook signatures', 'verify the signature of a Stripe webhook');
    const misspelt = await likeness('kubernetes', 'kubernets');
    const far = await likeness('stripe webhook signatures', 'a pod is out of memory');
    expect(near).toBeGreaterThan(0.4);
    expect(misspelt).toBeGreaterThan(0.4);
    expect(Math.abs(far)).toBeLessThan(0.2);
  });

  it.for(['', ' \n\t'])('refuses %j, which has no words', async (text) => {
    const error = await failureOf(embedder.embed(['fine', text], 'document'));
    expect(error.message).toBe('hash (hash-1) answered a vector of zeros, which cannot be normalised.');
    expect(error.fault).toBe('text');
  });
});
