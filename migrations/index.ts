/** The migrations, in their order. Released steps never change; a new one is added behind them. */

import { baseline } from './0001-baseline.ts';
import { stepAside } from './0002-step-aside.ts';
import { relational } from './0003-relational.ts';
import { words } from './0004-words.ts';
import { carryOver } from './0005-carry-over.ts';
import { dropBaseline } from './0005-drop-baseline.ts';
import { postings } from './0006-postings.ts';
import { lastEvent } from './0007-last-event.ts';
import { embeddings } from './0008-embeddings.ts';
import { analyser } from './0009-analyser.ts';
import { sketches } from './0010-sketches.ts';
import { modelUse } from './0011-model-use.ts';
import { credentials } from './0012-credentials.ts';
import { signIns } from './0013-sign-ins.ts';
import { unitCounts } from './0014-unit-counts.ts';
import { nfc } from './0015-nfc.ts';
import { nameSkeletons } from './0016-name-skeletons.ts';
import { flagOrder } from './0017-flag-order.ts';
import { spellings } from './0019-spellings.ts';
import { meanCosine } from './0020-mean-cosine.ts';
import { boundedSearches } from './0021-bounded-searches.ts';
import { wordChunks } from './0022-word-chunks.ts';
import { revisions } from './0023-revisions.ts';
import { withdrawals } from './0024-withdrawals.ts';
import { confirmers } from './0025-confirmers.ts';
import { heldSecrets } from './0025-held-secrets.ts';
import { textHash } from './0025-text-hash.ts';
import { auditLog } from './0026-audit-log.ts';
import { people } from './0027-people.ts';
import { erasedUnits } from './0028-erased-units.ts';
import { freshness } from './0029-freshness.ts';
import { sessions } from './0030-sessions.ts';
import { erasedUsers } from './0031-erased-users.ts';
import { attention } from './0032-attention.ts';
import { suspensions } from './0032-suspensions.ts';
import { backups } from './0033-backups.ts';
import { logOrder } from './0034-log-order.ts';
import { webhooks } from './0035-webhooks.ts';
import { invitations } from './0036-invitations.ts';
import { nearRepeats } from './0037-near-repeats.ts';
import { usageOrder } from './0037-usage-order.ts';
import { spellingJobs } from './0038-spelling-jobs.ts';
import { partialIndexes } from './0039-partial-indexes.ts';

/** Every step from the Python server's schema to ours, in order. A fresh database runs them all. */
export const steps = [
  baseline,
  stepAside,
  relational,
  words,
  carryOver,
  dropBaseline,
  postings,
  lastEvent,
  embeddings,
  analyser,
  sketches,
  modelUse,
  credentials,
  signIns,
  unitCounts,
  nfc,
  nameSkeletons,
  flagOrder,
  spellings,
  meanCosine,
  boundedSearches,
  wordChunks,
  revisions,
  withdrawals,
  confirmers,
  heldSecrets,
  textHash,
  auditLog,
  people,
  erasedUnits,
  freshness,
  sessions,
  erasedUsers,
  suspensions,
  attention,
  backups,
  logOrder,
  webhooks,
  invitations,
  nearRepeats,
  usageOrder,
  spellingJobs,
  partialIndexes,
] as const;
