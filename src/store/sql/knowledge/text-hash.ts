import { createHash } from 'node:crypto';
import { normalize } from '../../../normal-forms.ts';
import type { KnowledgeUnit } from '../../store.ts';

/**
 * A hash of a text in NFC, in lower case and with single spaces: 32 hexadecimal digits. It is stored: with another normalisation, texts
 * of before would no longer be found.
 */
export function textHash({ summary, detail, action }: KnowledgeUnit['insight']): string {
  const plain = [summary, detail, action].map((text) =>
    normalize(text, 'NFC').toLowerCase().split(/\s+/).filter(Boolean).join(' '),
  );
  return createHash('sha256').update(JSON.stringify(plain)).digest('hex').slice(0, 32);
}
