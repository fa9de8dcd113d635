import type { HeldSecrets, KnowledgeUnit, SecretFinding } from '../../store.ts';

/** What looks like a credential in a unit that is held leaves the Store as dots, and is not indexed. */

const mask = '•';

/** A unit as it may be shown: one that is held without its secrets, of the same lengths; any other as it is. */
export function withoutSecrets(unit: KnowledgeUnit): KnowledgeUnit {
  const { held, insight, context } = unit;
  if (!held || held.releasedBy !== null) return unit;
  const of = (...path: readonly string[]) =>
    held.findings.filter((finding) => path.every((name, at) => finding.path[at] === name));
  const text = (value: string, ...path: readonly string[]) => masked(value, of(...path));
  const list = (items: readonly string[], ...path: readonly string[]) =>
    items.map((item, index) => text(item, ...path, String(index)));
  return {
    ...unit,
    domains: list(unit.domains, 'domains'),
    insight: {
      summary: text(insight.summary, 'insight', 'summary'),
      detail: text(insight.detail, 'insight', 'detail'),
      action: text(insight.action, 'insight', 'action'),
    },
    context: {
      languages: list(context.languages, 'context', 'languages'),
      frameworks: list(context.frameworks, 'context', 'frameworks'),
      pattern: text(context.pattern, 'context', 'pattern'),
    },
    // JSON with dots in it might be none
    extensions: of('extensions').length > 0 ? null : unit.extensions,
  };
}

function masked(text: string, findings: readonly SecretFinding[]): string {
  let shown = text;
  for (const { start, end } of findings)
    shown = `${shown.slice(0, start)}${mask.repeat(Math.max(0, Math.min(end, shown.length) - start))}${shown.slice(end)}`;
  return shown;
}

/** SQL: whether a unit may be approved as far as secrets go: none were found, or a reviewer has released it. */
export const notHeld = '(held_secrets is null or secrets_released_by is not null)';

interface Columns {
  readonly heldSecrets: string | null;
  readonly secretsReleasedBy: string | null;
}

export const toHeld = ({ heldSecrets, secretsReleasedBy }: Columns): HeldSecrets | undefined =>
  heldSecrets === null ? undefined : { findings: JSON.parse(heldSecrets), releasedBy: secretsReleasedBy };

export const fromHeld = (held: HeldSecrets | undefined): Columns => ({
  heldSecrets: held ? JSON.stringify(held.findings) : null,
  secretsReleasedBy: held?.releasedBy ?? null,
});
