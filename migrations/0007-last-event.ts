import { step } from './step.ts';

/** Lets the server find out at once when somebody last wrote: a caller reads their own writes, also with replicas. */
export const lastEvent = step('0007-last-event', async ({ db }) => {
  await db.schema.createIndex('idx_events_last').on('events').columns(['actor', 'id']).execute();
});
