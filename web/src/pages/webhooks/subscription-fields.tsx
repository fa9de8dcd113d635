import { SelectField, TextArea } from '../../design/field.tsx';
import { type Draft, startFrom } from './draft.ts';
import { templates } from './templates.ts';

interface Props {
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
  readonly problems: { readonly document: string | undefined; readonly variables: string | undefined };
}

/** The subscription whose results are sent. */
export function SubscriptionFields({ draft, change, problems }: Props) {
  const same = templates.find(({ label }) => {
    const { document, variables } = startFrom(draft, label);
    return document === draft.document && variables === draft.variables;
  });
  return (
    <>
      <SelectField
        label="Start from"
        value={same?.label ?? ''}
        onChange={(event) => change(startFrom(draft, event.target.value))}
      >
        {!same && <option value="">what is written below</option>}
        {templates.map(({ label }) => (
          <option key={label} value={label}>
            {label}
          </option>
        ))}
      </SelectField>
      <TextArea
        label="Subscription"
        help="Its result is sent for each event, with your rights. Checked when it is saved."
        className="input mono webhook-code"
        rows={12}
        spellCheck={false}
        limit={16_384}
        required
        value={draft.document}
        onChange={(event) => change({ ...draft, document: event.target.value })}
        problem={problems.document}
      />
      <TextArea
        label="Variables"
        help="JSON"
        className="input mono webhook-code"
        rows={5}
        spellCheck={false}
        value={draft.variables}
        onChange={(event) => change({ ...draft, variables: event.target.value })}
        problem={problems.variables}
      />
    </>
  );
}
