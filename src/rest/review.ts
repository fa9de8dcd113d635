import { z } from 'zod';
import { isUnitId } from '../domain/ids.ts';
import { reviewUnit } from '../domain/review.ts';
import { normalizeDomains } from '../domain/rules.ts';
import { NotFoundError } from '../errors.ts';
import type { ReviewStatus, UnitFilter } from '../store/store.ts';
import { decimal, searchText, wholeNumber } from './request-values.ts';
import { decision, reviewItem, reviewItems, reviewQueue } from './response-schemas.ts';
import { base, type RestRequest, route } from './route.ts';
import { instant, wireReviews } from './wire-format.ts';

const maxItems = 1000;

const queuePage = z.object({
  limit: wholeNumber({ min: 0, max: maxItems, standard: 20 }),
  offset: wholeNumber({ min: 0, standard: 0 }),
});

const unitQuery = z.object({
  domain: searchText.default(''),
  confidence_min: decimal,
  confidence_max: decimal.meta({ description: 'Exclusive below 1, inclusive from 1.' }),
  status: z.string().default('').meta({ description: 'One that there is none of matches nothing.' }),
  limit: wholeNumber({ min: 0, max: maxItems, standard: 100 }),
});

/** What units of each status of this API are; those that were retired are not found. */
const statuses: ReadonlyMap<string, readonly ReviewStatus[]> = new Map([
  ['', ['pending', 'approved', 'superseded', 'rejected']],
  ['pending', ['pending']],
  ['approved', ['approved', 'superseded']],
  ['rejected', ['rejected']],
]);

const missing = 'Knowledge unit';

const decide = (verb: 'approve' | 'reject', status: 'approved' | 'rejected') =>
  route({
    method: 'POST',
    path: `${base}/review/{unit_id}/${verb}`,
    operation: `${verb}Knowledge`,
    summary: `Leaves a pending unit ${status}.`,
    caller: 'person',
    scope: 'REVIEWER',
    status: 200,
    response: decision,
    missing,
    errorStatuses: [409],
    cost: () => 10,
    async handle({ id, store, viewer, trust }: RestRequest<undefined, undefined>) {
      const { review } = await reviewUnit(store, viewer, { id }, status, trust);
      if (!review) throw new Error('unreachable: the unit has just been reviewed');
      const { reviewedBy, reviewedAt } = review;
      return { unit_id: id, status: review.status, reviewed_by: reviewedBy, reviewed_at: instant(reviewedAt) };
    },
  });

/** Routes of reviewers. */
export const reviewRoutes = [
  route({
    method: 'GET',
    path: `${base}/review/queue`,
    operation: 'listReviewQueue',
    summary: 'Pending units, oldest first.',
    caller: 'person',
    scope: 'REVIEWER',
    query: queuePage,
    status: 200,
    response: reviewQueue,
    cost: ({ limit }) => 5 + 5 * limit,
    async handle({ query: { limit, offset }, store, viewer }) {
      const pending: UnitFilter = { statuses: ['pending'] };
      const oldestFirst = { field: 'createdAt', direction: 'asc' } as const;
      const { items } = await store.units.list(pending, oldestFirst, { limit, skip: offset });
      const total = await store.units.count(pending);
      return { items: await wireReviews({ store, viewer }, items), total, offset, limit };
    },
  }),
  route({
    method: 'GET',
    path: `${base}/review/units`,
    operation: 'listUnits',
    summary: 'Units of every status, newest first; without retired ones.',
    caller: 'person',
    scope: 'REVIEWER',
    query: unitQuery,
    status: 200,
    response: reviewItems,
    cost: ({ limit }) => 5 + 5 * limit,
    async handle({ query, store, viewer }) {
      const { domain, status, confidence_min: min, confidence_max: max, limit } = query;
      const wanted = statuses.get(status);
      if (!wanted) return [];
      const domains = normalizeDomains([domain]);
      const filter: UnitFilter = {
        statuses: wanted,
        ...(domains.length > 0 && { domains }),
        confidence: { min, max: max !== undefined && max < 1 ? below(max) : max },
      };
      const newestFirst = { field: 'createdAt', direction: 'desc' } as const;
      const { items } = await store.units.list(filter, newestFirst, { limit });
      return wireReviews({ store, viewer }, items);
    },
  }),
  decide('approve', 'approved'),
  decide('reject', 'rejected'),
  route({
    method: 'GET',
    path: `${base}/review/{unit_id}`,
    operation: 'getUnit',
    summary: 'One unit of any status; none that was retired.',
    caller: 'person',
    scope: 'REVIEWER',
    status: 200,
    response: reviewItem,
    missing,
    cost: () => 5,
    async handle({ id, store, viewer }) {
      const unit = isUnitId(id) ? await store.units.find(id) : null;
      const [item] = unit && unit.status !== 'retired' ? await wireReviews({ store, viewer }, [unit]) : [];
      if (!item) throw new NotFoundError('knowledge unit', id);
      return item;
    },
  }),
];

/** The largest double below a number: turns an exclusive upper bound into an inclusive one. */
function below(value: number): number {
  if (value <= 0) return -1;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigUint64(0, bits.getBigUint64(0) - 1n);
  return bits.getFloat64(0);
}
