import { type CostObservation, costs } from '../observations/cost.ts';
import { type LockWaitObservation, lockWaits } from '../observations/lock-wait.ts';
import { type ShedObservation, shed } from '../observations/shed.ts';
import { type SignInObservation, signIns } from '../observations/sign-in.ts';
import { type SubscriptionObservation, subscriptions } from '../observations/subscription.ts';
import type { Families } from './families.ts';
import { endAll, listen } from './listen.ts';

/** Up to the five seconds after which a writer gives up. */
const lockBuckets = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/** Adds what happens at single points: shed requests, points of cost, sign-ins, waits for locks, subscriptions. Answers what ends the counting. */
export function addPoints(families: Families): () => void {
  const shedTotal = families.counter({
    name: 'cq_load_shed_total',
    help: 'Requests, and operations of WebSockets, that were answered 503 since the process had more to do than it can.',
    labels: ['door'],
  });
  const pointsTotal = families.counter({
    name: 'cq_cost_points_total',
    help: 'Points of the rate limit that callers spent, and that they were refused; for requests, signing in, and events that are told. None without a limit.',
    labels: ['purpose', 'outcome'],
  });
  const signInsTotal = families.counter({
    name: 'cq_sign_ins_total',
    help: 'Attempts to sign in, by outcome; refused: by the limit of failures; failed: it could not be checked.',
    labels: ['method', 'outcome'],
  });
  const waitSeconds = families.histogram({
    name: 'cq_sqlite_lock_wait_seconds',
    help: 'Writers of a SQLite file that had to wait: for their turn in this process, or for the lock of another one.',
    labels: ['wait'],
    buckets: lockBuckets,
  });
  const timeouts = families.counter({
    name: 'cq_sqlite_lock_timeouts_total',
    help: 'Those of them that gave up.',
    labels: ['wait'],
  });
  let running = 0;
  families.gauge({ name: 'cq_subscriptions', help: 'Subscriptions that go on.' }, () => [[{}, running]]);

  return endAll([
    listen<ShedObservation>(shed, ({ door }) => shedTotal.add({ door })),
    listen<CostObservation>(costs, ({ purpose, points, isRefused }) =>
      pointsTotal.add({ purpose, outcome: isRefused ? 'refused' : 'spent' }, points),
    ),
    listen<SignInObservation>(signIns, ({ by: method, outcome }) => signInsTotal.add({ method, outcome })),
    listen<LockWaitObservation>(lockWaits, ({ for: wait, ms, isTimedOut }) => {
      waitSeconds.observe({ wait }, ms / 1000);
      if (isTimedOut) timeouts.add({ wait });
    }),
    listen<SubscriptionObservation>(subscriptions, ({ change }) => {
      running += change === 'begun' ? 1 : -1;
    }),
  ]);
}
