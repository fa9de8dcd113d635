import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { problemOf } from '../../app/problem.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icon.tsx';
import { notify } from '../../design/notify.ts';
import type { ReviewUnitFragment } from '../../gql/graphql.ts';
import { isHeld } from '../../lesson/held.ts';
import { releaseMutation } from './documents.ts';
import { kindName } from './secret-kinds.ts';
import { refusalSentence } from './settle.ts';

const places: Record<string, string> = { insight: 'the lesson', context: 'the context', extensions: 'the extensions' };

/** That a unit is held for what looks like credentials, where, and the two ways on. */
export function Held({ unit, refetch }: { readonly unit: ReviewUnitFragment; readonly refetch: () => void }) {
  const [releasing, setReleasing] = useState(false);
  const [reason, setReason] = useState('');
  const [{ fetching }, release] = useMutation(releaseMutation);
  const secrets = unit.heldSecrets ?? [];
  if (!isHeld(unit)) return null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data, error } = await release({ input: { id: unit.id, reason } });
    setReleasing(false);
    const [refusal] = data?.result?.userErrors ?? [];
    if (error) notify({ title: 'Not released', detail: problemOf(error).sentence, look: 'bad' });
    else if (refusal) notify({ title: 'Not released', detail: refusalSentence(refusal), look: 'bad' });
    else notify({ title: 'Released: it may be approved now', look: 'ok' });
    refetch();
  };
  return (
    <section className="held" aria-label="Held for credentials">
      <Icon name="lock" />
      <div className="stack">
        <p>
          <strong>It seems to hold credentials</strong>, which are shown as dots:{' '}
          {secrets
            .map(({ kind, path }) => `${kindName(kind)} in ${path.at(-1) ?? places[path[0] ?? ''] ?? 'it'}`)
            .join(', ')}
          . Leave them out by amending (E). If these are none, release it.
        </p>
        <div>
          <Button onClick={() => setReleasing(true)}>Release…</Button>
        </div>
      </div>
      <Dialog
        open={releasing}
        onClose={() => setReleasing(false)}
        title="Release this lesson"
        description="It is then shown whole, and may be approved. Your name and the reason go into the audit log."
      >
        <form className="stack" onSubmit={submit}>
          <TextField
            label="Why these are no credentials"
            limit={1000}
            required
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <div className="dialog-actions">
            <Button onClick={() => setReleasing(false)}>Cancel</Button>
            <Button look="primary" type="submit" disabled={fetching}>
              Release
            </Button>
          </div>
        </form>
      </Dialog>
    </section>
  );
}
