import { type FormEvent, useState } from 'react';
import { problemAt } from '../../app/problem.ts';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/field.tsx';
import { Segments } from '../../design/segments.tsx';
import type { WebhookFragment } from '../../gql/graphql.ts';
import { createWebhookMutation, updateWebhookMutation } from './documents.ts';
import { draftOf, inputOf } from './draft.ts';
import { KindFields } from './kind-fields.tsx';
import { SubscriptionFields } from './subscription-fields.tsx';

interface Props {
  /** Null for a new one. */
  readonly webhook: WebhookFragment | null;
  readonly close: () => void;
  /** With the secret of a new one. */
  readonly saved: (webhook: WebhookFragment, secret: string | null) => void;
}

const fields = ['name', 'url', 'document', 'variables'];

const addresses = {
  STANDARD: 'https://hooks.example.com/cq',
  SLACK: 'https://hooks.slack.com/services/…',
  TEAMS: 'https://….logic.azure.com/workflows/…',
} as const;

/** Makes or changes a webhook; what the server refuses stands at its field. */
export function WebhookForm({ webhook, close, saved }: Props) {
  const [draft, setDraft] = useState(() => draftOf(webhook));
  const [local, setLocal] = useState<string | undefined>();
  const { act, busy, errors } = useAct(fields);
  const change = (changes: Partial<typeof draft>) => setDraft({ ...draft, ...changes });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { input, problem } = inputOf(draft);
    setLocal(problem);
    if (!input) return;
    if (webhook) {
      const result = await act(updateWebhookMutation, { input: { id: webhook.id, ...input } });
      if (result?.webhook) saved(result.webhook, null);
      return;
    }
    const result = await act(createWebhookMutation, { input });
    if (result?.webhook) saved(result.webhook, result.secret);
  };
  return (
    <Dialog open onClose={close} title={webhook ? `Edit ${webhook.name}` : 'New webhook'} wide>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Name"
          limit={64}
          required
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
          problem={problemAt(errors, 'name')}
        />
        <Segments
          label="What is sent"
          value={draft.format}
          options={[
            { value: 'STANDARD', label: 'JSON' },
            { value: 'SLACK', label: 'A message to Slack' },
            { value: 'TEAMS', label: 'A message to Teams' },
          ]}
          onChange={(format) => change({ format })}
        />
        <TextField
          label="URL"
          type="url"
          help={
            draft.format === 'STANDARD' ? 'https, on the public internet' : 'That of an incoming webhook of the channel'
          }
          placeholder={addresses[draft.format]}
          required
          value={draft.url}
          onChange={(event) => change({ url: event.target.value })}
          problem={problemAt(errors, 'url')}
        />
        {draft.format === 'STANDARD' ? (
          <SubscriptionFields
            draft={draft}
            change={setDraft}
            problems={{ document: problemAt(errors, 'document'), variables: local ?? problemAt(errors, 'variables') }}
          />
        ) : (
          <KindFields draft={draft} change={setDraft} problem={local ?? problemAt(errors, 'variables')} />
        )}
        <div className="dialog-actions">
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" type="submit" disabled={busy}>
            {webhook ? 'Save' : 'Make it'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
