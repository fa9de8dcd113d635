import { SimpleDomainError } from '../errors.ts';
import type { KnowledgeUnit } from '../store/store.ts';

/** Somebody decided first. */
export class AlreadyReviewedError extends SimpleDomainError {
  readonly unit: KnowledgeUnit;
  constructor(unit: KnowledgeUnit) {
    super(`${unit.review?.reviewedBy ?? 'Somebody'} has already ${unit.status} this unit.`, ['id']);
    this.unit = unit;
  }
}

/** Another unit says the same. */
export class DuplicateError extends SimpleDomainError {
  readonly existing: KnowledgeUnit;
  readonly similarity: number;
  constructor(existing: KnowledgeUnit, similarity: number) {
    const state = existing.status === 'approved' ? 'is approved' : 'waits for review';
    super(`allowDuplicate must be true to propose a text this near (${similarity}) to one that ${state}.`, [
      'allowDuplicate',
    ]);
    this.existing = existing;
    this.similarity = similarity;
  }
}
