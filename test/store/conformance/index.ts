import type { StoreTest } from './fixture.ts';
import {
  eventsConformance,
  flagsConformance,
  reviewsConformance,
  statsConformance,
  transactionsConformance,
} from './history.ts';
import { apiKeysConformance, usersConformance } from './people.ts';
import { searchConformance } from './search.ts';
import { unitsConformance } from './units.ts';

/** Every promise of the Store, as cases. Mount it with a test whose `store` is migrated and empty. */
export function storeConformance(it: StoreTest) {
  unitsConformance(it);
  searchConformance(it);
  flagsConformance(it);
  reviewsConformance(it);
  usersConformance(it);
  apiKeysConformance(it);
  eventsConformance(it);
  statsConformance(it);
  transactionsConformance(it);
}
