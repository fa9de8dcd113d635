import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { problemAt, problemOf, problemsElsewhere } from '../../app/problem.ts';
import { useSession } from '../../app/session.tsx';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/field.tsx';
import { notify } from '../../design/notify.ts';
import type { RefusalFragment } from '../../gql/graphql.ts';
import { AmendFields } from '../review/amend-fields.tsx';
import { changesOf, draftOf } from '../review/draft.ts';
import { refusalSentence } from '../review/settle.ts';
import { reviseMutation, suggestMutation } from './documents.ts';
import type { WholeUnit } from './whole-unit.ts';

interface Props {
  readonly unit: WholeUnit;
  readonly close: () => void;
}

const fields = ['insight', 'domains', 'context', 'reason'];

/** What an approved lesson should say: of reviewers at once its next version, of others a suggestion. */
export function Revise({ unit, close }: Props) {
  const isReviewer = useSession().can('REVIEWER');
  const before = draftOf(unit);
  const [draft, setDraft] = useState(before);
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<readonly RefusalFragment[]>([]);
  const [revising, revise] = useMutation(reviseMutation);
  const [suggesting, suggest] = useMutation(suggestMutation);
  const changes = changesOf(draft, before);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!changes) return;
    const input = { id: unit.id, version: unit.version, ...changes, ...(reason && { reason }) };
    const { data, error } = await (isReviewer ? revise({ input }) : suggest({ input }));
    if (error) return notify({ title: 'Not saved', detail: problemOf(error).sentence, look: 'bad' });
    const refusals = data?.result?.userErrors ?? [];
    setErrors(refusals);
    if (refusals.length > 0) return;
    notify({ title: isReviewer ? 'Changed' : 'Suggested. A reviewer decides over it.', look: 'ok' });
    close();
  };
  return (
    <form className="stack" aria-label={isReviewer ? 'Change this lesson' : 'Suggest a revision'} onSubmit={submit}>
      {problemsElsewhere(errors, fields).length > 0 && errors[0] && (
        <p className="field-problem" role="alert">
          {refusalSentence(errors[0])}
        </p>
      )}
      <AmendFields
        draft={draft}
        change={(part) => setDraft({ ...draft, ...part })}
        problem={(...path) => problemAt(errors, ...path)}
      />
      <TextField
        label="Why"
        limit={1000}
        required={isReviewer}
        help="For reviewers"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        problem={problemAt(errors, 'reason')}
      />
      <div className="dialog-actions">
        <Button onClick={close}>Cancel</Button>
        <Button look="primary" type="submit" disabled={!changes || revising.fetching || suggesting.fetching}>
          {isReviewer ? 'Save as the next version' : 'Suggest it'}
        </Button>
      </div>
    </form>
  );
}
