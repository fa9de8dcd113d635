/** Letters and digits that nobody takes for one another. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A first password of 80 random bits, in groups that are easy to read out. */
export function newPassword(random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes)): string {
  const letters = Array.from(random(new Uint8Array(16)), (byte) => alphabet[byte % alphabet.length]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}
