import type { Told } from '../../tasks.ts';
import type { Over } from '../contestant.ts';

/** A unit as the database has it: lists are JSON texts. */
export interface UnitRow {
  readonly id: string;
  readonly domains?: string;
  readonly summary: string;
  readonly detail: string;
  readonly action: string;
  readonly languages: string;
  readonly frameworks: string;
  readonly pattern: string;
  readonly confidence: number;
  readonly confirmations: number;
  readonly last_confirmed: string | null;
  readonly tier: string;
  readonly created_at: string;
  /** JSON of reasons and counts. */
  readonly flags?: string;
}

/** The floors': the task as JSON, answered by rows as they are. */
export const rows: Over = {
  request: (task) => ({ method: 'POST', path: '/', body: JSON.stringify(task) }),
  read: (_task, text) => (JSON.parse(text) as UnitRow[]).map(toldOf),
};

export function toldOf(row: UnitRow): Told {
  const { id, confidence, confirmations } = row;
  // of a write, which answers with this alone
  if (row.domains === undefined) return { id, evidence: { confidence, confirmations } };
  const { summary, detail, action, pattern, tier } = row;
  return {
    id,
    domains: JSON.parse(row.domains),
    insight: { summary, detail, action },
    context: { languages: JSON.parse(row.languages), frameworks: JSON.parse(row.frameworks), pattern },
    evidence: { confidence, confirmations, lastConfirmedAt: row.last_confirmed && isoOf(row.last_confirmed) },
    tier,
    createdAt: isoOf(row.created_at),
    flagCounts: row.flags === undefined ? undefined : JSON.parse(row.flags),
  };
}

const isoOf = (instant: string) => new Date(instant).toISOString();
