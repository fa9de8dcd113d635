import type { KnowledgeUnit, SecretFinding, UnitContent } from '../store/store.ts';
import { SecretsFoundError } from './errors.ts';

/** Looks for credentials in what people and agents write, by the rules of secretlint, in this process. */

/** What secretlint's rules do not know: keys of this server, and Google's. Each in time linear in the text. */
const ownRules: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['cq', /\bcqa\.v1\.[0-9a-f]{32}\.[a-z2-7]{52}(?![a-z2-7])/g],
  ['google', /\bAIza[\w-]{35}(?![\w-])/g],
];

/** More than the limits of a proposal let through; of what older servers stored, the rest is not looked at. */
const maxCharacters = 100_000;

interface Piece {
  readonly path: readonly string[];
  readonly text: string;
}

type Scan = (
  text: string,
) => Promise<readonly { readonly kind: string; readonly start: number; readonly end: number }[]>;

// loaded by the first text, since most commands never need it
let loaded: Promise<Scan> | undefined;

async function load(): Promise<Scan> {
  const [{ lintSource }, { rules }, { secretLintProfiler }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
    import('@secretlint/profiler'),
  ]);
  // it would keep an entry of each call for ever
  secretLintProfiler.setEnabled(false);
  const config = {
    rules: rules
      // with it, whoever writes a text could switch the others off in it
      .filter(({ meta }) => !meta.id.endsWith('-filter-comments'))
      .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
  };
  const source = { filePath: 'unit.txt', ext: '.txt', contentType: 'text' } as const;
  return async (content) => {
    const { messages } = await lintSource({
      source: { ...source, content },
      options: { config: config as never, maskSecrets: false, noPhysicFilePath: true },
    });
    return messages.map(({ ruleId, range: [start, end], data }) => ({
      kind: ruleId.replace(/^.*secretlint-rule-/, ''),
      start,
      end: endOf(content, start, end, data),
    }));
  };
}

/** Some rules measure their range from the name before a key, and by the length of the key. */
function endOf(content: string, start: number, end: number, data: unknown): number {
  const key = typeof data === 'object' && data !== null && 'KEY' in data ? String(data.KEY) : '';
  const at = key === '' ? -1 : content.indexOf(key, start);
  return at === -1 ? end : Math.max(end, at + key.length);
}

/** Where a content seems to hold credentials: ranges in UTF-16 units, with what kind of credential it looks like. */
export async function findSecrets(content: Pick<UnitContent, keyof UnitContent>): Promise<SecretFinding[]> {
  loaded ??= load();
  const scan = await loaded;
  const pieces = piecesOf(content);
  const separator = '\n\n';
  const all = pieces
    .map(({ text }) => text)
    .join(separator)
    .slice(0, maxCharacters);
  const own = ownRules.flatMap(([kind, pattern]) =>
    [...all.matchAll(pattern)].map(({ 0: { length }, index }) => ({ kind, start: index, end: index + length })),
  );
  const found = [...(await scan(all)), ...own];
  const findings: SecretFinding[] = [];
  let from = 0;
  for (const { path, text } of pieces) {
    for (const { kind, start, end } of found)
      if (start < from + text.length && end > from)
        findings.push({ path, kind, start: Math.max(0, start - from), end: Math.min(end - from, text.length) });
    from += text.length + separator.length;
  }
  return findings;
}

function piecesOf({ domains, insight, context, extensions }: UnitContent): Piece[] {
  const list = (items: readonly string[], ...path: readonly string[]) =>
    items.map((text, index) => ({ path: [...path, String(index)], text }));
  const pieces: Piece[] = [
    { path: ['insight', 'summary'], text: insight.summary },
    { path: ['insight', 'detail'], text: insight.detail },
    { path: ['insight', 'action'], text: insight.action },
    { path: ['context', 'pattern'], text: context.pattern },
    ...list(domains, 'domains'),
    ...list(context.languages, 'context', 'languages'),
    ...list(context.frameworks, 'context', 'frameworks'),
    { path: ['extensions'], text: extensions ?? '' },
  ];
  return pieces.filter(({ text }) => text !== '');
}

/** Throws `SecretsFoundError` if a content seems to hold credentials, and `scan` says to look for them. */
export async function refuseSecrets(scan: boolean, content: UnitContent): Promise<void> {
  const findings = scan ? await findSecrets(content) : [];
  if (findings.length > 0) throw new SecretsFoundError(findings);
}

/** Whether a unit waits because of what it seems to hold. */
export const isHeld = ({ held }: KnowledgeUnit): boolean => held !== undefined && held.releasedBy === null;
