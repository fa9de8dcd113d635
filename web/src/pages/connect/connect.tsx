import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { addressOf } from '../../app/base.ts';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { CopyBox } from '../../design/copy-box.tsx';
import { Page } from '../../design/page.tsx';
import { createKeyMutation } from '../mine/documents.ts';
import { clients, noKey } from './clients.ts';
import './connect.css';
import { FirstCall } from './first-call.tsx';

interface Made {
  readonly id: string;
  readonly secret: string;
}

/** Three steps: which program, a key for it, one block to copy; then a line that waits for the first call. */
export default function Connect() {
  const [params, setParams] = useSearchParams();
  const [made, setMade] = useState<Made | null>(null);
  const { act, busy } = useAct();
  const client = clients.find(({ id }) => id === params.get('with')) ?? clients[0];
  const address = new URL(addressOf(''), location.href).href.replace(/\/$/, '');
  if (!client) return null;
  const make = async () => {
    const result = await act(createKeyMutation, { input: { name: client.id, ttl: '90d', access: 'WRITE' } });
    if (result?.secret && result.apiKey) setMade({ id: result.apiKey.id, secret: result.secret });
  };
  return (
    <Page
      title="Connect an agent"
      narrow
      lead="An agent asks the commons before it acts, and proposes what it has learned. It acts in your name."
    >
      <fieldset className="clients">
        <legend>1. What do you use?</legend>
        {clients.map(({ id, name }) => (
          <label key={id} className="client">
            <input
              type="radio"
              name="client"
              checked={id === client.id}
              onChange={() => setParams({ with: id }, { replace: true })}
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      <section className="stack">
        <h2>2. A key for it</h2>
        {made ? (
          <CopyBox label="The key: shown this once" text={made.secret} />
        ) : (
          <div className="row">
            <Button look="primary" onClick={make} disabled={busy}>
              Make a key for {client.name}
            </Button>
            <span className="muted">It works for 90 days, and can be revoked under Mine.</span>
          </div>
        )}
      </section>
      <section className="stack">
        <h2>3. Tell it where the commons is</h2>
        <CopyBox label={client.where} text={client.text(address, made?.secret ?? noKey)} />
      </section>
      {made && <FirstCall keyId={made.id} name={client.name} />}
    </Page>
  );
}
