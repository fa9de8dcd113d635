import { Checkbox } from '../../design/field.tsx';
import type { Draft } from './draft.ts';
import { kinds } from './templates.ts';

interface Props {
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
  readonly problem: string | undefined;
}

/** What a channel is told; what a message says, the server knows. */
export function KindFields({ draft, change, problem }: Props) {
  const { types } = draft;
  const others = types.filter((type) => !kinds.some((kind) => kind.type === type));
  return (
    <fieldset className="webhook-kinds">
      <legend className="label">Tell the channel when</legend>
      {kinds.map(({ type, label }) => (
        <Checkbox
          key={type}
          label={label}
          checked={types.includes(type)}
          onChange={(event) =>
            change({ ...draft, types: event.target.checked ? [...types, type] : types.filter((each) => each !== type) })
          }
        />
      ))}
      {others.length > 0 && (
        <p className="field-help">Also, as it was set up elsewhere: {others.join(', ').toLowerCase()}</p>
      )}
      {problem && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
