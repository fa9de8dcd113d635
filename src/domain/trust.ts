import { SimpleDomainError } from '../errors.ts';
import { utcDay } from './days.ts';
import { firstInstant } from './rules.ts';

/** How often one person's confirmation of one unit counts: each time, once in a calendar day (UTC), or once. */
export type ConfirmationRule = 'every' | 'daily' | 'once';

/** Whose word counts, and how much: what operators decide, for all transports alike. */
export interface TrustPolicy {
  /** `CQ_CONFIRMATIONS` */
  readonly confirmations: ConfirmationRule;
  /** `CQ_SELF_REVIEW`: whether reviewers may decide over what they have proposed themselves. */
  readonly selfReview: boolean;
  /** `CQ_REPEAT_CHECK`: whether proposals that say in the same words what is there are refused, where clients understand it. */
  readonly repeatCheck: boolean;
}

/** A confirmation counts unless the same person has confirmed the unit since this instant; undefined where each one counts. */
export function uncountedSince(rule: ConfirmationRule, now: Date): Date | undefined {
  if (rule === 'every') return undefined;
  return rule === 'daily' ? new Date(utcDay(now)) : new Date(firstInstant);
}

/** A reviewer's own proposal, which another reviewer has to decide over. */
export class SelfReviewError extends SimpleDomainError {
  constructor() {
    super('This unit is your own proposal, which another reviewer decides over.', ['id']);
  }
}
