import type { Meaning } from '../../store.ts';

/**
 * The cosine of two arbitrary units by a model: 0.1 with some models, 0.8 with others. Not known yet, so that a cosine stands for
 * itself.
 */
const meanCosine = (_meaning: Meaning): number => 0;

/** A cosine as a measure that means the same with every model: `(cos − mean) / (1 − mean)`, from 0 to 1. */
export function calibratedCosine(meaning: Meaning, cosine: number): number {
  const mean = meanCosine(meaning);
  return Math.min(1, Math.max(0, (cosine - mean) / (1 - mean)));
}
