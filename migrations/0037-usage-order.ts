import { step } from './step.ts';

/** The order of units by how often they were given as an answer. */
export const usageOrder = step('0037-usage-order', async ({ native }) => {
  const indexes = ['create index idx_usage_answers on unit_usage (answers, unit_id)'];
  await native({ sqlite: indexes, postgres: indexes });
});
