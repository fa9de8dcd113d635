import { channel } from 'node:diagnostics_channel';

/** A subscription that begins or ends. */
export interface SubscriptionObservation {
  readonly change: 'begun' | 'ended';
}

/** `cq:subscription`: a `SubscriptionObservation` for each. */
export const subscriptions = channel('cq:subscription');

/** Tells that a subscription begins; answers what tells that it has ended, once however often it is called. */
export function tellOfSubscription(): () => void {
  if (!subscriptions.hasSubscribers) return () => {};
  const tell = (change: SubscriptionObservation['change']) => subscriptions.publish({ change });
  let isOver = false;
  tell('begun');
  return () => {
    if (!isOver) tell('ended');
    isOver = true;
  };
}
