import { createHash } from 'node:crypto';
import { normalizeDomains } from '../domain/rules.ts';
import { normalize } from '../normal-forms.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * Gives a proposal that has no idempotency key one of what it says, so that a call that is sent again, as clients do after a timeout, is
 * answered with the unit of the first one. The same are domains, languages and frameworks in any order, domains that are normalised to
 * the same, and texts that differ by Unicode's normal forms or by white space at their ends; `allow_duplicate` says nothing.
 */
export function withContentKey(values: Values): Values {
  return values.idempotency_key === undefined ? { ...values, idempotency_key: contentKey(values) } : values;
}

function contentKey({ summary, detail, action, domains, languages, frameworks, pattern }: Values): string {
  const content = [
    ...[summary, detail, action, pattern].map((text) => plain(text ?? '')),
    normalizeDomains(textsOf(domains)).map(plain).sort(),
    ...[languages, frameworks].map((texts) => textsOf(texts).map(plain).sort()),
  ];
  return `mcp:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
}

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []);
const plain = (text: unknown) => normalize(String(text), 'NFC').trim();
