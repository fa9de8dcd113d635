import { SimpleDomainError } from '../errors.ts';
import type { KnowledgeUnit } from '../store/store.ts';

/** Another reviewer has already decided about this unit. */
export class AlreadyReviewedError extends SimpleDomainError {
  readonly unit: KnowledgeUnit;
  constructor(unit: KnowledgeUnit) {
    super(`${unit.review?.reviewedBy ?? 'Another reviewer'} has already ${unit.status} this unit.`, ['id']);
    this.unit = unit;
  }
}

/** The proposal is a duplicate of an existing unit. REST never checks for duplicates, so only GraphQL and MCP report this. */
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
