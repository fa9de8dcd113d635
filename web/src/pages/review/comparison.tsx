import { CodeText } from '../../design/code-text.tsx';
import { Diff } from '../../design/diff.tsx';
import { sameness, wordDiff } from '../../design/word-diff.ts';

interface Insight {
  readonly summary: string;
  readonly detail: string;
  readonly action: string;
}

const names = { summary: 'Summary', detail: 'Detail', action: 'Action' } as const;
const fields = ['summary', 'detail', 'action'] as const;

/** How the near unit's text becomes this one's; of texts that have little in common, the near unit's as it is. */
export function Comparison({ before, after }: { readonly before: Insight; readonly after: Insight }) {
  const alike = sameness(fields.flatMap((field) => wordDiff(before[field], after[field]))) > 0.35;
  return (
    <div className="comparison">
      <p className="muted">
        {alike ? (
          <>
            What this lesson adds is <ins>underlined</ins>, what only the near one says is <del>struck through</del>.
          </>
        ) : (
          'The two have few words in common. The near one says:'
        )}
      </p>
      {fields.map((field) => (
        <section key={field}>
          <h3 className="label">{names[field]}</h3>
          {alike ? <Diff before={before[field]} after={after[field]} /> : <CodeText text={before[field]} />}
        </section>
      ))}
    </div>
  );
}
