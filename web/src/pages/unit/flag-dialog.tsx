import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { problemAt, problemOf } from '../../app/problem.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextArea } from '../../design/field.tsx';
import { notify } from '../../design/notify.ts';
import type { FlagReason, RefusalFragment } from '../../gql/graphql.ts';
import { flagMutation } from './documents.ts';
import { UnitPicker } from './unit-picker.tsx';

interface Props {
  readonly open: boolean;
  readonly id: string;
  readonly close: () => void;
  readonly done: () => void;
}

export function FlagDialog({ open, id, close, done }: Props) {
  const [reason, setReason] = useState<FlagReason>('STALE');
  const [detail, setDetail] = useState('');
  const [other, setOther] = useState('');
  const [errors, setErrors] = useState<readonly RefusalFragment[]>([]);
  const [{ fetching }, flag] = useMutation(flagMutation);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isRepeat = reason === 'DUPLICATE';
    const input = { id, reason, ...(detail && { detail }), ...(isRepeat && { duplicateOfId: other }) };
    const { data, error } = await flag({ input });
    if (error) return notify({ title: 'Not flagged', detail: problemOf(error).sentence, look: 'bad' });
    const refusals = data?.result?.userErrors ?? [];
    setErrors(refusals);
    if (refusals.length > 0) return;
    notify({ title: 'Flagged. Reviewers see it under Attention.', look: 'ok' });
    setDetail('');
    close();
    done();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title="What is wrong with it?"
      description="A flag lowers its confidence by 0.15."
    >
      <form className="stack" onSubmit={submit}>
        <SelectField label="Reason" value={reason} onChange={(event) => setReason(event.target.value as FlagReason)}>
          <option value="STALE">It does not hold any longer</option>
          <option value="INCORRECT">It is wrong</option>
          <option value="DUPLICATE">Another one says the same</option>
        </SelectField>
        {reason === 'DUPLICATE' && (
          <UnitPicker label="The one that says the same" except={id} value={other} choose={setOther} />
        )}
        <TextArea
          label="What you saw"
          help="Seen by reviewers only"
          limit={1000}
          value={detail}
          onChange={(event) => setDetail(event.target.value)}
          problem={problemAt(errors, 'detail') ?? errors[0]?.message}
        />
        <div className="dialog-actions">
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" type="submit" disabled={fetching || (reason === 'DUPLICATE' && other === '')}>
            Flag it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
