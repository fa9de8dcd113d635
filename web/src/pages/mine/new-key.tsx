import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { problemAt } from '../../app/problem.ts';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/field.tsx';
import { ShownOnce } from '../../design/shown-once.tsx';
import type { ApiKeyAccess } from '../../gql/graphql.ts';
import { createKeyMutation } from './documents.ts';

export const lifetimes = [
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
  { value: '365d', label: 'a year' },
];

interface Props {
  readonly open: boolean;
  readonly close: () => void;
  readonly made: () => void;
}

const fields = ['name', 'ttl', 'domains'];

/** Makes a key, and shows its secret this once. */
export function NewKey({ open, close, made }: Props) {
  const [name, setName] = useState('');
  const [ttl, setTtl] = useState('90d');
  const [access, setAccess] = useState<ApiKeyAccess>('WRITE');
  const [domains, setDomains] = useState('');
  const [secret, setSecret] = useState<string | null>(null);
  const { act, busy, errors } = useAct(fields);
  const end = () => {
    setSecret(null);
    setName('');
    close();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const limited = domains.split(',').map((domain) => domain.trim());
    const input = { name, ttl, access, domains: domains.trim() ? limited.filter(Boolean) : null };
    const result = await act(createKeyMutation, { input });
    if (!result) return;
    setSecret(result.secret);
    made();
  };
  if (secret)
    return (
      <ShownOnce
        open={open}
        onClose={end}
        title="Copy the key now"
        description="It is shown this once, and kept nowhere."
        label="Key"
        text={secret}
        wide
      >
        <p>
          <Link href="/connect" onClick={end}>
            How to use it
          </Link>{' '}
          with Claude Code, Codex, Cursor, VS Code and others.
        </p>
      </ShownOnce>
    );
  return (
    <Dialog open={open} onClose={end} title="New key">
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Name"
          help="Where it is used, such as laptop or ci"
          limit={64}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
          problem={problemAt(errors, 'name')}
        />
        <SelectField label="Works for" value={ttl} onChange={(event) => setTtl(event.target.value)}>
          {lifetimes.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <SelectField label="May" value={access} onChange={(event) => setAccess(event.target.value as ApiKeyAccess)}>
          <option value="WRITE">read, propose, confirm and flag</option>
          <option value="READ">read only</option>
        </SelectField>
        <TextField
          label="Only in these domains"
          help="With commas between them; empty for all"
          value={domains}
          onChange={(event) => setDomains(event.target.value)}
          problem={problemAt(errors, 'domains')}
        />
        <div className="dialog-actions">
          <Button onClick={end}>Cancel</Button>
          <Button look="primary" type="submit" disabled={busy}>
            Make it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
