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

interface Props {
  readonly before: Insight;
  readonly after: Insight;
  /** What the two are called. */
  readonly names?: readonly [before: string, after: string];
}

/** How one text becomes another one; of texts that have little in common, the first as it is. */
export function Comparison({ before, after, names: [one, other] = ['the near one', 'this lesson'] }: Props) {
  const alike = sameness(fields.flatMap((field) => wordDiff(before[field], after[field]))) > 0.35;
  return (
    <div className="comparison">
      <p className="muted">
        {alike ? (
          <>
            What {other} adds is <ins>underlined</ins>, what only {one} says is <del>struck through</del>.
          </>
        ) : (
          `The two have few words in common. Of them, ${one} says:`
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
