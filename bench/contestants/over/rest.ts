import { type Lesson, pageSize, type Told } from '../../tasks.ts';
import type { Over } from '../contestant.ts';

const base = '/api/v1/knowledge';

/** A unit in the format of cq's clients. */
interface WireUnit extends Pick<Lesson, 'id' | 'domains' | 'insight' | 'context' | 'tier'> {
  readonly evidence: {
    readonly confidence: number;
    readonly confirmations: number;
    readonly last_confirmed: string;
  };
  readonly flags: readonly { readonly reason: string }[];
}

/** REST as cq has it, which has no route for units by id. */
export const rest: Over = {
  request(task) {
    switch (task.do) {
      case 'search':
        return { method: 'GET', path: `${base}?domains=${encodeURIComponent(task.domain)}&limit=${pageSize}` };
      case 'confirm':
        return { method: 'POST', path: `${base}/${task.id}/confirmations` };
      case 'propose':
        return { method: 'POST', path: base, body: JSON.stringify(task.proposal) };
      default:
        return null;
    }
  },
  read(task, text) {
    const answer = JSON.parse(text) as { data: WireUnit[] } & WireUnit;
    return (task.do === 'search' ? answer.data : [answer]).map(toldOf);
  },
};

function toldOf({ id, domains, insight, context, tier, evidence, flags }: WireUnit): Told {
  const lastConfirmedAt = new Date(evidence.last_confirmed).toISOString();
  const { confidence, confirmations } = evidence;
  return {
    ...{ id, domains, insight, context, tier },
    evidence: { confidence, confirmations, lastConfirmedAt },
    flagCounts: countsOf(flags),
  };
}

/** How many flags there are for each reason. */
export function countsOf(flags: readonly { readonly reason: string }[]): Lesson['flagCounts'] {
  const reasons = Object.groupBy(flags, ({ reason }) => reason);
  return Object.entries(reasons).map(([reason, those = []]) => ({ reason, count: those.length }));
}
