import { type FormEvent, useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { useLocation } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { problemAt } from '../../app/problem.ts';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { Skeleton } from '../../design/empty.tsx';
import { TextArea } from '../../design/field.tsx';
import { notify } from '../../design/notify.ts';
import { admitMutation, contentQuery } from './documents.ts';
import type { Row } from './quarantine.tsx';

interface Props {
  readonly row: Row;
  readonly close: () => void;
  readonly admitted: () => void;
}

/** A row to repair, as JSON, and to make a unit of. One that was not changed is tried again to the letter. */
export function AdmitDialog({ row, close, admitted }: Props) {
  const [, navigate] = useLocation();
  const [text, setText] = useState<string | null>(null);
  const [{ data, error }, refetch] = useQuery({ query: contentQuery, variables: { id: row.id } });
  const { act, busy, errors } = useAct(['repaired']);
  const content = data?.node && 'content' in data.node ? data.node.content : null;
  const shown = content == null ? null : readable(content);
  useEffect(() => setText((before) => before ?? shown), [shown]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const unit = (await act(admitMutation, { input: { id: row.id, repaired: text === shown ? null : text } }))
      ?.knowledgeUnit;
    if (!unit) return;
    notify({
      title: `It is a lesson now, ${unit.status.toLowerCase()}`,
      look: 'ok',
      action: { label: 'Open', run: () => navigate(`/units/${unit.id}`) },
    });
    close();
    admitted();
  };
  return (
    <Dialog open onClose={close} title={`Repair ${row.sourceId}`} description={row.reason} wide>
      {error ? (
        <Failure error={error} retry={() => refetch({ requestPolicy: 'network-only' })} />
      ) : text === null ? (
        <Skeleton lines={8} />
      ) : (
        <form className="stack" onSubmit={submit}>
          <TextArea
            label="The row, as JSON"
            help="Its data is the lesson. Mend what is wrong with it, or leave it as it is to try again."
            className="input mono quarantine-row"
            rows={16}
            spellCheck={false}
            required
            value={text}
            onChange={(event) => setText(event.target.value)}
            problem={problemAt(errors, 'repaired')}
          />
          <div className="dialog-actions">
            <Button onClick={close}>Cancel</Button>
            <Button look="primary" type="submit" disabled={busy}>
              Make a lesson of it
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** JSON with line breaks; what is none as it is. */
function readable(content: string): string {
  try {
    return JSON.stringify(JSON.parse(content), null, 2);
  } catch {
    return content;
  }
}
