import { step } from './step.ts';

/**
 * Finds what suspensions did, by when they did it and in the order of ids: what was decided at one instant can be many thousands of
 * units. The index in place of `idx_units_reviewed` answers all that this did.
 */
export const suspensions = step('0032-suspensions', async ({ native }) => {
  const indexes = [
    'create index idx_units_decided on knowledge_units (reviewed_at, status, id)',
    'drop index idx_units_reviewed',
    'create index idx_units_withdrawn_at on knowledge_units (withdrawn_at, id) where withdrawn_at is not null',
    'create index idx_revisions_decided on knowledge_unit_revisions (decided_at, id) where decided_at is not null',
  ];
  await native({ sqlite: indexes, postgres: indexes });
});
