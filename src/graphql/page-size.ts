import { BadUserInputError } from '../errors.ts';

export const maxPageSize = 100;

/** The page size: `first` or `last` as requested, or the default; 0 for none of the items. Throws `BadUserInputError` for one out of range. */
export function pageSize(
  argument: string,
  requested: number | null | undefined,
  standard: number,
  max: number = maxPageSize,
): number {
  const size = requested ?? standard;
  if (size < 0 || size > max) throw new BadUserInputError(`${argument} must be from 0 to ${max}, got ${size}.`);
  return size;
}
