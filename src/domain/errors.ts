import { ConflictError, DomainError, NotFoundError, type Problem, SimpleDomainError } from '../errors.ts';
import type { KnowledgeUnit, ReviewStatus, Revision, SecretFinding } from '../store/store.ts';
import type { Repeat } from './repeats.ts';

/** A text seems to hold credentials; the problems are in the order of `findings`, and have no part of them. */
export class SecretsFoundError extends DomainError {
  readonly findings: readonly SecretFinding[];
  readonly problems: readonly Problem[];
  constructor(findings: readonly SecretFinding[]) {
    const problems = findings.map(({ path, kind }) => ({
      path,
      message: `${path.join('.')} must not hold credentials: it has what looks like one (${kind}). Leave it out, and revoke it if it is real.`,
    }));
    super(problems.map(({ message }) => message).join(' '));
    this.findings = findings;
    this.problems = problems;
  }
}

/** The unit is held, since it seems to hold credentials. */
export class HeldError extends ConflictError {
  constructor() {
    super('This unit is held, since it seems to hold credentials: amend it, or release it if these are none.', ['id']);
  }
}

/** Another reviewer has already decided about this unit. */
export class AlreadyReviewedError extends SimpleDomainError {
  readonly unit: KnowledgeUnit;
  constructor(unit: KnowledgeUnit) {
    super(`${lastReviewerOf(unit) ?? 'Another reviewer'} has already ${unit.status} this unit.`, ['id']);
    this.unit = unit;
  }
}

const lastReviewerOf = ({ withdrawal, review }: KnowledgeUnit) => withdrawal?.withdrawnBy ?? review?.reviewedBy;

/** The status of a unit does not allow the change: it never did, or another reviewer was first. */
export class WrongStatusError extends ConflictError {
  readonly unit: KnowledgeUnit;
  /** `change` is what was to be done, such as `can be retired`, to units in one of `statuses`. */
  constructor(
    unit: KnowledgeUnit,
    statuses: readonly ReviewStatus[],
    change: string,
    path: readonly string[] = ['id'],
  ) {
    const state =
      unit.status === 'pending'
        ? 'this one waits for review'
        : `${lastReviewerOf(unit) ?? 'another reviewer'} has ${unit.status} this one`;
    super(`Only ${statuses.join(' and ')} units ${change}, and ${state}.`, path);
    this.unit = unit;
  }
}

/** The unit has another version than the one that the caller has read. */
export class StaleVersionError extends SimpleDomainError {
  readonly unit: KnowledgeUnit;
  /** `author` made the unit's version at `at`; null where that is not known, or not for this caller. */
  constructor(unit: KnowledgeUnit, sent: number, author: string | null, at: Date | null) {
    const when = at ? ` at ${at.toISOString()}` : '';
    super(`${author ?? 'Somebody'} made version ${unit.version} of this unit${when}; this is about version ${sent}.`, [
      'version',
    ]);
    this.unit = unit;
  }
}

/** A confirmation or a flag of a unit in whose place there is another one, which the caller may read. */
export class SupersededError extends NotFoundError {
  constructor(id: string, successor: string) {
    super('approved knowledge unit', id, ['id'], `It was superseded by ${successor}.`);
  }
}

/** Another reviewer has already decided about this suggestion. */
export class SuggestionDecidedError extends SimpleDomainError {
  readonly suggestion: Revision;
  constructor(suggestion: Revision) {
    super(`${suggestion.review?.reviewedBy ?? 'A reviewer'} has already ${suggestion.status} this suggestion.`, ['id']);
    this.suggestion = suggestion;
  }
}

/** The proposal is a duplicate of an existing unit. REST never checks for duplicates, so only GraphQL and MCP report this. */
export class DuplicateError extends SimpleDomainError {
  readonly existing: KnowledgeUnit;
  readonly similarity: number;
  readonly basis: Repeat['basis'];
  constructor({ unit, similarity, basis }: Repeat) {
    const state = unit.status === 'approved' ? 'is approved' : 'waits for review';
    const near = {
      text: 'the same text as',
      words: `nearly the words (${similarity}) of`,
      meaning: `a text this near (${similarity}) to`,
    };
    super(`allowDuplicate must be true to propose ${near[basis]} one that ${state}.`, ['allowDuplicate']);
    this.existing = unit;
    this.similarity = similarity;
    this.basis = basis;
  }
}
