import { describe } from 'vitest';
import { type Lack, unless } from '../../left-out.ts';
import { analyserConformance, analyserVectorsConformance } from './analyser.ts';
import { apiKeysConformance } from './api-keys.ts';
import { auditConformance } from './audit.ts';
import { backupsConformance } from './backups.ts';
import { clockConformance } from './clock.ts';
import { commonTermsConformance } from './common-terms.ts';
import { copyingConformance } from './copying.ts';
import { domainSearchConformance } from './domain-search.ts';
import { embeddingsConformance, noEmbeddingsConformance } from './embeddings.ts';
import { erasedVectorsConformance, erasuresConformance } from './erasures.ts';
import { eventsConformance } from './events.ts';
import { evidenceConformance } from './evidence.ts';
import { filtersConformance } from './filters.ts';
import type { StoreTest } from './fixture.ts';
import { flagsConformance } from './flags.ts';
import { hostileTextConformance } from './hostile-text.ts';
import { idempotencyConformance } from './idempotency.ts';
import { invitationsConformance } from './invitations.ts';
import { keywordSearchConformance } from './keyword-search.ts';
import { knowingConformance } from './knowing.ts';
import { lifecycleConformance } from './lifecycle.ts';
import { listingConformance } from './listing.ts';
import { logsConformance } from './logs.ts';
import { longQuestionsConformance } from './long-questions.ts';
import { nearRepeatsConformance } from './near-repeats.ts';
import { quarantineConformance } from './quarantine.ts';
import { reviewsConformance } from './reviews.ts';
import { revisedVectorsConformance, revisionsConformance } from './revisions.ts';
import { sameTextConformance } from './same-text.ts';
import { semanticSearchConformance } from './semantic-search.ts';
import { sessionsConformance } from './sessions.ts';
import { signInsConformance } from './sign-ins.ts';
import { spellingConformance } from './spelling.ts';
import { statsConformance } from './stats.ts';
import { suspensionsConformance } from './suspensions.ts';
import { transactionsConformance } from './transactions.ts';
import { unitLinesConformance } from './unit-lines.ts';
import { unitsConformance } from './units.ts';
import { usageConformance } from './usage.ts';
import { userErasuresConformance } from './user-erasures.ts';
import { usersConformance } from './users.ts';
import { webhooksConformance } from './webhooks.ts';

/**
 * Every promise of the Store, as cases. Mount it with a test whose `store` is migrated and empty. `engine` is what holds
 * its vectors: without one, which is `lacking`, the cases of search by meaning are left out, and those of doing without take
 * their place.
 */
export function storeConformance(it: StoreTest, engine: string | null, lacking: Lack) {
  unitsConformance(it);
  evidenceConformance(it);
  idempotencyConformance(it);
  listingConformance(it);
  usageConformance(it);
  filtersConformance(it);
  domainSearchConformance(it);
  keywordSearchConformance(it);
  knowingConformance(it);
  commonTermsConformance(it);
  longQuestionsConformance(it);
  spellingConformance(it);
  analyserConformance(it);
  hostileTextConformance(it);
  flagsConformance(it);
  reviewsConformance(it);
  lifecycleConformance(it);
  sameTextConformance(it);
  revisionsConformance(it);
  nearRepeatsConformance(it);
  usersConformance(it);
  invitationsConformance(it);
  sessionsConformance(it);
  suspensionsConformance(it);
  signInsConformance(it);
  apiKeysConformance(it);
  auditConformance(it);
  eventsConformance(it);
  logsConformance(it);
  statsConformance(it);
  clockConformance(it);
  transactionsConformance(it);
  quarantineConformance(it);
  erasuresConformance(it);
  userErasuresConformance(it);
  backupsConformance(it);
  webhooksConformance(it);
  copyingConformance(it);
  unitLinesConformance(it);
  describe(`vectors (${engine ?? 'this database cannot hold any'})`, unless(engine === null, lacking), () => {
    embeddingsConformance(it);
    semanticSearchConformance(it);
    analyserVectorsConformance(it);
    revisedVectorsConformance(it);
    erasedVectorsConformance(it);
  });
  describe.runIf(engine === null)('without vectors', () => noEmbeddingsConformance(it));
}
