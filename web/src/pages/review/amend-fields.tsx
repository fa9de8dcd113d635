import { TextArea, TextField } from '../../design/field.tsx';
import { type Draft, limits } from './draft.ts';

interface Props {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly problem: (...path: string[]) => string | undefined;
}

export function AmendFields({ draft, change, problem }: Props) {
  const at = (field: keyof Draft) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => change({ [field]: event.target.value }),
  });
  return (
    <>
      <TextArea
        label="Summary"
        rows={2}
        limit={limits.summary}
        autoFocus
        required
        problem={problem('insight', 'summary')}
        {...at('summary')}
      />
      <TextArea
        label="Detail"
        limit={limits.detail}
        required
        problem={problem('insight', 'detail')}
        {...at('detail')}
      />
      <TextArea
        label="Action"
        limit={limits.action}
        required
        problem={problem('insight', 'action')}
        {...at('action')}
      />
      <TextField
        label="Domains"
        help="1 to 16, with commas between them"
        problem={problem('domains')}
        {...at('domains')}
      />
      <div className="amend-context">
        <TextField label="Languages" problem={problem('context', 'languages')} {...at('languages')} />
        <TextField label="Frameworks" problem={problem('context', 'frameworks')} {...at('frameworks')} />
        <TextField label="Pattern" problem={problem('context', 'pattern')} {...at('pattern')} />
      </div>
    </>
  );
}
