/**
 * A cosine as part of the way from what two arbitrary texts have in common to equality: `(cosine − mean) / (1 − mean)`, where
 * `mean` is the mean cosine of the model's vectors. 0 for arbitrary texts and 1 for equal ones, whatever the model; below 0
 * for texts that have less in common. `mean` must be less than 1.
 */
export const calibrated = (cosine: number, mean: number): number => (cosine - mean) / (1 - mean);

/** The mean cosine where a model has none yet: that of models whose vectors lie closest together, such as E5. */
export const assumedMeanCosine = 0.8;
