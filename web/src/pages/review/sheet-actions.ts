import { notify } from '../../design/notify.ts';
import type { ReviewUnitFragment } from '../../gql/graphql.ts';
import type { SheetAction } from './action-sheet.tsx';

interface Given {
  readonly approve: () => void;
  readonly reject: () => void;
  readonly goOn: () => void;
  readonly amend: () => void;
  readonly merge: (() => void) | undefined;
  readonly supersede: (() => void) | undefined;
  readonly held: boolean;
  readonly insight: ReviewUnitFragment['insight'];
}

/** What a finger that stays on a lesson can choose from. */
export const sheetActions = (given: Given): SheetAction[] => [
  { label: 'Approve', run: given.approve, look: 'primary', disabled: given.held },
  { label: 'Reject', run: given.reject, look: 'danger' },
  { label: 'Amend', run: given.amend },
  ...(given.merge ? [{ label: 'Merge into the chosen near unit', run: given.merge }] : []),
  ...(given.supersede ? [{ label: 'Approve in place of the chosen near unit', run: given.supersede }] : []),
  { label: 'Skip', run: given.goOn },
  { label: 'Copy the text', run: () => void copy(given.insight) },
];

async function copy({ summary, detail, action }: Given['insight']): Promise<void> {
  // only over https or on the machine itself there is a clipboard
  const copied = await navigator.clipboard?.writeText(`${summary}\n\n${detail}\n\n${action}\n`).then(
    () => true,
    () => false,
  );
  notify(copied ? { title: 'Copied', look: 'ok' } : { title: 'This browser does not let the page copy', look: 'bad' });
}
