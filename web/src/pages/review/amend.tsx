import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { useKeys } from '../../app/keys.ts';
import { problemAt, problemOf, problemsElsewhere } from '../../app/problem.ts';
import { Button } from '../../design/button.tsx';
import { notify } from '../../design/notify.ts';
import { useSignal } from '../../design/signal.ts';
import type { RefusalFragment, ReviewUnitFragment } from '../../gql/graphql.ts';
import { AmendFields } from './amend-fields.tsx';
import { amendMutation } from './documents.ts';
import { type AmendInput, changesOf, type Draft, draftOf } from './draft.ts';
import { drafts, forgetDraft, saveDraft } from './drafts.ts';

interface Props {
  readonly unit: ReviewUnitFragment;
  readonly close: () => void;
  readonly saved: () => void;
  readonly approve: (input: AmendInput) => void;
}

const fields = ['insight', 'domains', 'context'];

/** The lesson's fields, to be changed in place. What was typed is kept until it is decided over. */
export function Amend({ unit, close, saved, approve }: Props) {
  const kept = useSignal(drafts).get(unit.id);
  const before = draftOf(unit);
  const [errors, setErrors] = useState<readonly RefusalFragment[]>(kept?.errors ?? []);
  const [{ fetching }, amend] = useMutation(amendMutation);
  const draft = kept?.draft ?? before;
  const change = (part: Partial<Draft>) => saveDraft(unit.id, { draft: { ...draft, ...part } });
  const input = changesOf(draft, before);

  const save = async () => {
    if (!input) return close();
    const { data, error } = await amend({ input: { id: unit.id, version: unit.version, ...input } });
    if (error) return notify({ title: 'Not saved', detail: problemOf(error).sentence, look: 'bad' });
    const refusals = data?.result?.userErrors ?? [];
    setErrors(refusals);
    if (refusals.length > 0) return;
    forgetDraft(unit.id);
    notify({ title: 'Saved. It still waits for a decision.', look: 'ok' });
    saved();
    close();
  };
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (input) approve(input);
  };
  useKeys({ 'mod+enter': () => submit(), escape: close });

  return (
    <form className="card amend" aria-label="Amend this lesson" onSubmit={submit}>
      <h2>Amend</h2>
      {problemsElsewhere(errors, fields).map((message) => (
        <p key={message} className="field-problem" role="alert">
          {message}
        </p>
      ))}
      <AmendFields draft={draft} change={change} problem={(...path) => problemAt(errors, ...path)} />
      <div className="dialog-actions">
        <Button look="quiet" onClick={close}>
          Back, and keep what I typed
        </Button>
        <Button onClick={save} disabled={fetching || !input}>
          Save without approving
        </Button>
        <Button look="primary" type="submit" hint="⌘↵" disabled={!input}>
          Approve as amended
        </Button>
      </div>
    </form>
  );
}
