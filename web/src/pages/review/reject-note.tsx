import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { Button } from '../../design/button.tsx';
import { Key } from '../../design/key.tsx';
import { codePoints } from '../../design/numbers.ts';

export const templates = [
  'Too specific to one project to help others.',
  'Says what is already known; see the unit near it.',
  'Not correct, or not any longer.',
  'It does not say clearly what to do.',
  'Names people, customers or data that should stay out.',
] as const;

const limit = 1000;

interface Props {
  readonly send: (note: string) => void;
  readonly cancel: () => void;
  readonly what?: string;
}

/** One line for the proposer. Digits put a template into the empty line. */
export function RejectNote({ send, cancel, what = 'Reject' }: Props) {
  const [note, setNote] = useState('');
  const isLong = codePoints(note) > limit;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isLong) send(note.trim());
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') cancel();
    const template = note === '' ? templates[Number(event.key) - 1] : undefined;
    if (!template) return;
    event.preventDefault();
    setNote(template);
  };
  return (
    <form className="actions reject-note" aria-label={`${what} with a note`} onSubmit={submit}>
      <div className="reject-templates">
        {templates.map((template, index) => (
          <button key={template} type="button" className="chip" onClick={() => setNote(template)}>
            <Key>{String(index + 1)}</Key> {template}
          </button>
        ))}
      </div>
      <div className="reject-line">
        <input
          className="input"
          aria-label="Note for the proposer"
          placeholder="Why, for the proposer; may be empty"
          // biome-ignore lint/a11y/noAutofocus: the key that opens it asks for the note
          autoFocus
          value={note}
          onChange={(event) => setNote(event.target.value)}
          onKeyDown={press}
          aria-invalid={isLong}
        />
        <Button look="danger" type="submit" disabled={isLong}>
          {what}
        </Button>
        <Button look="quiet" onClick={cancel}>
          Cancel
        </Button>
      </div>
      {isLong && (
        <p className="field-problem" role="alert">
          At most {limit} characters.
        </p>
      )}
    </form>
  );
}
