import type { UnitContent } from '../store/store.ts';
import { checkExtensions } from './extensions.ts';
import { type InputValidator, limits, normalizeDomains } from './rules.ts';

/** What a unit says, and how two such contents differ. */

/** A change of what a unit says: what is absent or null stays as it is. */
export interface ContentInput {
  readonly domains?: readonly string[] | null;
  readonly insight?: {
    readonly summary?: string | null;
    readonly detail?: string | null;
    readonly action?: string | null;
  } | null;
  readonly context?: {
    readonly languages?: readonly string[] | null;
    readonly frameworks?: readonly string[] | null;
    readonly pattern?: string | null;
  } | null;
  /** A JSON object as text; one without keys removes what is there. */
  readonly extensions?: string | null;
}

/** A content by its fields. */
interface Fields {
  readonly domains: readonly string[];
  readonly summary: string;
  readonly detail: string;
  readonly action: string;
  readonly languages: readonly string[];
  readonly frameworks: readonly string[];
  readonly pattern: string;
  readonly extensions: string | null;
}

export type ContentField = keyof Fields;

/** The fields of a content, in their order. */
export const contentFields: readonly ContentField[] = [
  'domains',
  'summary',
  'detail',
  'action',
  'languages',
  'frameworks',
  'pattern',
  'extensions',
];

/** Where the inputs have a field. */
export const pathOf: Readonly<Record<ContentField, readonly string[]>> = {
  domains: ['domains'],
  summary: ['insight', 'summary'],
  detail: ['insight', 'detail'],
  action: ['insight', 'action'],
  languages: ['context', 'languages'],
  frameworks: ['context', 'frameworks'],
  pattern: ['context', 'pattern'],
  extensions: ['extensions'],
};

/** What two contents say differently of a field: the items of a list, else one text; none of what is empty. */
export interface ContentChange {
  readonly field: ContentField;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const toFields = ({ domains, insight, context, extensions }: UnitContent): Fields => ({
  domains,
  ...insight,
  ...context,
  extensions,
});

const fromFields = ({ domains, extensions, summary, detail, action, ...context }: Fields): UnitContent => ({
  domains,
  insight: { summary, detail, action },
  context,
  extensions,
});

/** The content after a change; its domains are normalised, as a proposal's are. */
export function changed(content: UnitContent, change: ContentInput): UnitContent {
  const given = {
    domains: change.domains && normalizeDomains(change.domains),
    ...change.insight,
    ...change.context,
    extensions: change.extensions,
  };
  const present = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  const fields: Fields = { ...toFields(content), ...Object.fromEntries(present) };
  return fromFields({
    ...fields,
    extensions: /^\s*\{\s*\}\s*$/.test(fields.extensions ?? '') ? null : fields.extensions,
  });
}

/** How `after` differs from `before`, by field. */
export function changesBetween(before: UnitContent, after: UnitContent): ContentChange[] {
  const [one, other] = [toFields(before), toFields(after)];
  return contentFields.flatMap((field) =>
    same(one[field], other[field]) ? [] : [{ field, before: textsOf(one[field]), after: textsOf(other[field]) }],
  );
}

/**
 * What somebody wrote against `base`, made against `current`: their fields where they changed them, those of `current` elsewhere.
 * `conflicts` are the fields that both have changed, to different values; they are theirs in the content.
 */
export function rebased(
  base: UnitContent,
  theirs: UnitContent,
  current: UnitContent,
): { readonly content: UnitContent; readonly conflicts: readonly ContentField[] } {
  const [from, mine, now] = [toFields(base), toFields(theirs), toFields(current)];
  const touched = contentFields.filter((field) => !same(from[field], mine[field]));
  const content = { ...now, ...Object.fromEntries(touched.map((field) => [field, mine[field]])) } as Fields;
  const conflicts = touched.filter((field) => !same(from[field], now[field]) && !same(mine[field], now[field]));
  return { content: fromFields(content), conflicts };
}

/** Checks a content whose domains are normalised. */
export function checkContent(rules: InputValidator, { domains, insight, context, extensions }: UnitContent): void {
  if (domains.length === 0) rules.refuse(['domains'], 'must have at least 1 item that is not empty, got 0.');
  rules.list(['domains'], domains, { items: limits.domains, length: limits.domainLength });
  rules.text(['insight', 'summary'], insight.summary, { max: limits.summary });
  rules.text(['insight', 'detail'], insight.detail, { max: limits.detail });
  rules.text(['insight', 'action'], insight.action, { max: limits.action });
  const contextLimits = { items: limits.contextItems, length: limits.contextItemLength };
  rules.list(['context', 'languages'], context.languages, contextLimits);
  rules.list(['context', 'frameworks'], context.frameworks, contextLimits);
  rules.text(['context', 'pattern'], context.pattern, { max: limits.pattern });
  if (extensions) checkExtensions(rules, ['extensions'], extensions);
}

const textsOf = (value: Fields[ContentField]): readonly string[] =>
  typeof value === 'string' ? (value === '' ? [] : [value]) : (value ?? []);

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Whether a change has something at a path. */
export function isGiven(input: ContentInput, path: readonly string[]): boolean {
  let value: unknown = input;
  for (const name of path) value = (value as Record<string, unknown> | null | undefined)?.[name];
  return value !== null && value !== undefined;
}
