import { normalize } from '../normal-forms.ts';
import type { KnowledgeUnit, SecretFinding, UnitContent } from '../store/store.ts';
import { SecretsFoundError } from './errors.ts';
import { isExample } from './secret-examples.ts';

/** Looks for credentials in what people and agents write, by the rules of secretlint, in this process. */

/** What secretlint's rules do not know, each in time linear in the text. */
const ownRules: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['cq', /\bcq[ai]\.v1\.[0-9a-f]{32}\.[a-z2-7]{52}(?![a-z2-7])/g],
  ['google', /\bAIza[\w-]{35}(?![\w-])/g],
  ['google', /\bGOCSPX-[\w-]{28}(?![\w-])/g],
  ['pypi', /\bpypi-AgEIcHlwaS5vcmc[\w-]{50,200}/g],
  // short keys, of elliptic curves, do not begin with the MI that secretlint wants
  [
    'privatekey',
    /-----BEGIN (?:EC )?PRIVATE KEY-----(?:\s|\\[nrt])*M[A-HJ-Z][A-Za-z0-9+/=\s\\]{50,400}-----END (?:EC )?PRIVATE KEY-----/g,
  ],
];

/** In UTF-16 units: more than the limits of a proposal let through; of what older servers stored, the rest is not looked at. */
const maxCharacters = 200_000;

/** Findings that are told apart. What has more is hostile, or no lesson: all of it counts as one credential. */
const maxFindings = 50;

/** Secretlint looks from each of these through the 10,000 characters after it: of more than `maxFindings` the text is taken to hold one. */
const slowPrefix = /ghs_\d/g;

interface Piece {
  readonly path: readonly string[];
  readonly text: string;
}

interface Match {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** Answers `maxFindings` matches at most. */
type Scan = (text: string) => Promise<readonly Match[]>;

/** A rule of secretlint, and what it calls of the program that it is part of: no more than this. */
interface Rule {
  readonly meta: { readonly id: string };
  create(context: RuleContext, options: object): { file(source: object): void | Promise<void> };
}

interface RuleContext {
  createTranslator(): (messageId: string, data?: unknown) => Message;
  report(found: { readonly message: Message; readonly range: readonly [start: number, end: number] }): void;
}

interface Message {
  readonly data?: unknown;
}

// loaded by the first text, since most commands never need it
let loaded: Promise<Scan> | undefined;

function loadedScan(): Promise<Scan> {
  loaded ??= load();
  return loaded;
}

class EnoughError extends Error {}

async function load(): Promise<Scan> {
  const preset = await import('@secretlint/secretlint-rule-preset-recommend');
  const rules = (preset.rules as unknown as readonly Rule[])
    // with the first, whoever writes a text could switch the others off in it; the second reads files
    .filter(({ meta }) => !/-(?:filter-comments|gcp)$/.test(meta.id))
    .map((rule) => ({ kind: rule.meta.id.replace(/^.*secretlint-rule-/, ''), rule }));
  // the rules are called by themselves, and not by secretlint's core: that words each match, which takes half a second for 3,500 of them
  return async (content) => {
    const matches = new Map<string, Match>();
    const add = (match: Match) => {
      matches.set(JSON.stringify(match), match);
      if (matches.size >= maxFindings) throw new EnoughError();
    };
    const source = { filePath: 'unit.txt', ext: '.txt', contentType: 'text', content };
    try {
      for (const [kind, pattern] of ownRules)
        for (const { 0: found, index: start } of content.matchAll(pattern))
          add({ kind, start, end: start + found.length });
      for (const { kind, rule } of rules) {
        const context: RuleContext = {
          createTranslator: () => (_messageId, data) => ({ data }),
          report: ({ message: { data }, range: [start, end] }) => {
            if (!isExample(kind, content.slice(start, end)))
              add({ kind, start, end: endOf(content, start, end, data) });
          },
        };
        await rule.create(context, {}).file(source);
      }
    } catch (error) {
      if (!(error instanceof EnoughError)) throw error;
    }
    return [...matches.values()].sort((one, other) => one.start - other.start || one.end - other.end);
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
  const scan = await loadedScan();
  const pieces = piecesOf(content);
  const plain = await findIn(pieces, scan);
  const seen = new Set(plain.map(({ path, kind }) => JSON.stringify([path, kind])));
  const read = pieces.flatMap(({ path, text }) => {
    const read = asRead(text);
    return read === text ? [] : [{ path, text: read, length: text.length }];
  });
  // what only a reader sees has no place in the text: all of it is hidden
  const hidden = (await findIn(read, scan))
    .filter(({ path, kind }) => !seen.has(JSON.stringify([path, kind])))
    .map(({ path, kind }) => ({ path, kind, start: 0, end: read.find((one) => one.path === path)?.length ?? 0 }));
  const once = new Map(hidden.map((finding) => [JSON.stringify(finding), finding]));
  return [...plain, ...once.values()];
}

async function findIn(pieces: readonly Piece[], scan: Scan): Promise<SecretFinding[]> {
  const separator = '\n\n';
  const all = pieces
    .map(({ text }) => text)
    .join(separator)
    .slice(0, maxCharacters);
  if (all === '') return [];
  if ((all.match(slowPrefix)?.length ?? 0) > maxFindings) return pieces.map((piece) => whole(piece, 'github'));
  const found = await scan(all);
  const [first] = found;
  if (first && found.length >= maxFindings) return pieces.map((piece) => whole(piece, first.kind));
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

const whole = ({ path, text }: Piece, kind: string): SecretFinding => ({ path, kind, start: 0, end: text.length });

/**
 * A text as it is read: without the escapes of JSON, which may be JSON in a string of JSON, without characters that show nothing, and
 * with letters in place of their wide or styled forms.
 */
function asRead(text: string): string {
  const plain = text.includes('\\') ? text.replace(/(?<!\\)\\+(?:u([0-9a-fA-F]{4})|([nrt"'/]))/g, unescaped) : text;
  if (/^[\0-\x7f]*$/.test(plain)) return plain;
  return normalize(plain.replace(/\p{Default_Ignorable_Code_Point}/gu, ''), 'NFKC');
}

function unescaped(_all: string, code: string | undefined, letter: string | undefined): string {
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return letter === 'n' || letter === 'r' || letter === 't' ? '\n' : (letter ?? '');
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

/**
 * Throws `SecretsFoundError` if a content seems to hold credentials, and `scan` says to look for them. What `known` has of them, the unit
 * that the content is to change, is let through: it is there, or a reviewer has said that it is none.
 */
export async function refuseSecrets(scan: boolean, content: UnitContent, known: UnitContent | null = null) {
  const found = scan ? await findSecrets(content) : [];
  if (found.length === 0) return;
  const there = known ? textsOf(known, await findSecrets(known)) : [];
  const texts = textsOf(content, found);
  const findings = found.filter((_, index) => !there.includes(texts[index] ?? ''));
  if (findings.length > 0) throw new SecretsFoundError(findings);
}

/**
 * A unit from elsewhere, held if it seems to hold credentials. Throws `SecretsFoundError` for one that is approved, which everybody would
 * read.
 */
export async function heldForSecrets(unit: KnowledgeUnit): Promise<KnowledgeUnit> {
  const findings = await findSecrets(unit);
  if (findings.length === 0) return unit;
  if (unit.status === 'approved') throw new SecretsFoundError(findings);
  return { ...unit, held: { findings, releasedBy: null } };
}

/** `refuseSecrets` for one text that is kept beside the content, such as a reason. */
export async function refuseSecretsIn(scan: boolean, path: readonly string[], text: string): Promise<void> {
  const found = scan ? await findIn([{ path, text }], await loadedScan()) : [];
  if (found.length > 0) throw new SecretsFoundError(found);
}

/** What was found, each with its kind. */
function textsOf(content: UnitContent, findings: readonly SecretFinding[]): string[] {
  const texts = new Map(piecesOf(content).map(({ path, text }) => [path.join('.'), text]));
  return findings.map(({ path, kind, start, end }) => `${kind} ${texts.get(path.join('.'))?.slice(start, end)}`);
}

/** Whether a unit waits because of what it seems to hold. */
export const isHeld = ({ held }: KnowledgeUnit): boolean => held !== undefined && held.releasedBy === null;
