import { type FormEvent, useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { useLocation } from 'wouter';
import { problemOf } from '../../app/problem.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/field.tsx';
import { notify } from '../../design/notify.ts';
import type { RefusalFragment } from '../../gql/graphql.ts';
import { refusalSentence } from '../review/settle.ts';
import { eraseMutation, reinstateMutation, reopenMutation, retireMutation, supersedeMutation } from './documents.ts';
import { firstWords, isSame } from './first-words.ts';
import { UnitPicker } from './unit-picker.tsx';
import type { WholeUnit } from './whole-unit.ts';

export type Deed = 'reopen' | 'supersede' | 'retire' | 'reinstate' | 'erase';

interface Traits {
  readonly title: string;
  readonly effect: string;
  readonly done: string;
  readonly document: unknown;
  /** Whether the first words of the unit have to be typed. */
  readonly isFirm?: boolean;
}

const traits: Record<Deed, Traits> = {
  reopen: {
    title: 'Take the decision back',
    effect: 'It waits for review again, and the public does not see it meanwhile.',
    done: 'It waits for review again',
    document: reopenMutation,
  },
  supersede: {
    title: 'Put another one in its place',
    effect: 'It leaves searches and lists, and points to the one in its place.',
    done: 'Superseded',
    document: supersedeMutation,
  },
  retire: {
    title: 'Retire this lesson',
    effect: 'The public does not see it any more. Reviewers can reinstate it.',
    done: 'Retired',
    document: retireMutation,
    isFirm: true,
  },
  reinstate: {
    title: 'Reinstate this lesson',
    effect: 'It is approved again, as it was.',
    done: 'Reinstated',
    document: reinstateMutation,
  },
  erase: {
    title: 'Erase this lesson for good',
    effect:
      'With all its versions, suggestions, flags and events. Nobody can bring it back, and its id is not used again. That it was erased, when, by whom and why stays: do not repeat in the reason what it said. Backups, exports and logs keep what they have.',
    done: 'Erased',
    document: eraseMutation,
    isFirm: true,
  },
};

interface Props {
  readonly deed: Deed | null;
  readonly unit: Pick<WholeUnit, 'id'> & { readonly insight: { readonly summary: string } };
  readonly close: () => void;
  readonly done: () => void;
}

/** Asks why, and for what cannot be undone at a glance, whether it is the right one. */
export function DeedDialog({ deed, unit, close, done }: Props) {
  const client = useClient();
  const [, navigate] = useLocation();
  const [reason, setReason] = useState('');
  const [words, setWords] = useState('');
  const [by, setBy] = useState('');
  const [problem, setProblem] = useState<string>();
  const wanted = firstWords(unit.insight.summary);
  if (!deed) return null;
  const { title, effect, done: said, document, isFirm } = traits[deed];
  const ready = reason.trim() !== '' && (!isFirm || isSame(words, wanted)) && (deed !== 'supersede' || by !== '');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = { id: unit.id, reason: reason.trim(), ...(deed === 'supersede' && { by }) };
    const { data, error } = await client
      .mutation(document as TypedDocumentNode<{ result: { userErrors: RefusalFragment[] } | null }, AnyVariables>, {
        input,
      })
      .toPromise();
    const [refusal] = data?.result?.userErrors ?? [];
    if (error) return setProblem(problemOf(error).sentence);
    if (refusal) return setProblem(refusalSentence(refusal));
    notify({ title: said, look: 'ok' });
    setReason('');
    close();
    if (deed === 'erase') navigate('/find');
    else done();
  };
  return (
    <Dialog open onClose={close} title={title} description={effect}>
      <form className="stack" onSubmit={submit}>
        {deed === 'supersede' && <UnitPicker label="The one in its place" except={unit.id} value={by} choose={setBy} />}
        <TextField
          label="Why"
          help={deed === 'erase' ? 'Seen by administrators' : 'Seen by reviewers'}
          limit={1000}
          required
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          problem={problem}
        />
        {isFirm && (
          <TextField
            label={
              <>
                Type its first words: <strong>{wanted}</strong>
              </>
            }
            autoComplete="off"
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
        <div className="dialog-actions">
          <Button onClick={close}>Cancel</Button>
          <Button look={isFirm ? 'danger' : 'primary'} type="submit" disabled={!ready}>
            {title}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
