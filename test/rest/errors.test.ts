import { expect, it } from 'vitest';
import { AlreadyReviewedError, DuplicateError } from '../../src/domain/errors.ts';
import {
  ConflictError,
  InvalidCredentialsError,
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
} from '../../src/errors.ts';
import { errorReply } from '../../src/rest/errors.ts';
import type { Route } from '../../src/rest/route.ts';
import { aUnit } from '../harness.ts';

const route = { missing: 'Knowledge unit' } as Route;
const unit = { ...aUnit(), status: 'approved' } as ConstructorParameters<typeof AlreadyReviewedError>[0];

it.for([
  [new InvalidInputError([{ path: ['id'], message: 'id is invalid.' }]), 422],
  [new InvalidCredentialsError(), 401],
  [new NotFoundError('knowledge unit', 'ku_1'), 404],
  [new NotFoundError('knowledge unit', 'ku_1', ['duplicateOfId']), 422],
  [new AlreadyReviewedError(unit), 409],
  [new DuplicateError({ unit, similarity: 0.97, basis: 'meaning' }), 409],
  [new LimitReachedError('Too many.', 20), 409],
  [new ConflictError('The name is taken.', ['name']), 409],
] as const)('%s is answered with %d', ([error, status]) => {
  const reply = errorReply(error, route);
  expect(reply?.status).toBe(status);
  expect(Object.keys(JSON.parse(String(reply?.body)))).toEqual(['detail']);
});

it('an unexpected error has no response of its own', () => {
  expect(errorReply(new TypeError('a bug'), route)).toBeNull();
});
