import { timingSafeEqual } from 'node:crypto';

/** Whether two digests in hexadecimal are the same, compared in constant time. */
export function sameDigest(one: string, other: string): boolean {
  const [expected, actual] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
