import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { fingerprintOf, peppersOf, type Secrets } from './secrets.ts';

/**
 * Secrets that the server has to know again, encrypted with a key of the pepper (AES-256-GCM), so that the database alone does not tell them:
 * `v1.<fingerprint of the pepper>.<nonce, tag and text in base64url>`.
 */

const [nonceBytes, tagBytes] = [12, 16];

/** Encrypts a text for one place, such as the id of a row: it cannot be read in another. */
export function seal({ apiKeyPepper }: Secrets, text: string, place: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(apiKeyPepper), nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const bytes = Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  return `v1.${fingerprintOf(apiKeyPepper)}.${bytes.toString('base64url')}`;
}

/** The text, under the current pepper or a previous one; null where it is of another pepper or place, or was changed. */
export function unseal(secrets: Secrets, sealed: string, place: string): string | null {
  const [version, fingerprint, encoded = ''] = sealed.split('.');
  const pepper = peppersOf(secrets).find((known) => fingerprintOf(known) === fingerprint);
  if (version !== 'v1' || pepper === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64url');
  const [nonce, tag] = [bytes.subarray(0, nonceBytes), bytes.subarray(nonceBytes, nonceBytes + tagBytes)];
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(pepper), nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(place)).setAuthTag(tag);
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

const keyOf = (pepper: string): Buffer => Buffer.from(hkdfSync('sha256', pepper, '', 'cq sealed secrets', 32));
