/** The ids of accounts as clients see them, which tables have that are to say the same when the account is gone: see `domain/ids.ts`. */

export const globalUserId = (id: number): string => `usr_${id}`;

/** The number of an account; null for an id of anything else. */
export function userIdIn(globalId: string): number | null {
  const number = Number(/^usr_([1-9]\d{0,9})$/.exec(globalId)?.[1]);
  return number < 2 ** 31 ? number : null;
}
