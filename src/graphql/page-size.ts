import { BadUserInputError } from '../errors.ts';

export const maxPageSize = 100;

/** `first` or `last` as asked, or the default. Anything out of range is refused, never cut. */
export function pageSize(
  argument: string,
  asked: number | null | undefined,
  standard: number,
  max: number = maxPageSize,
): number {
  const size = asked ?? standard;
  if (size < 1 || size > max) throw new BadUserInputError(`${argument} must be from 1 to ${max}, got ${size}.`);
  return size;
}
