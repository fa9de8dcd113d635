import { useMutation } from 'urql';
import { problemOf } from '../../app/problem.ts';
import { Button } from '../../design/button.tsx';
import { notify } from '../../design/notify.ts';
import { rebaseMutation } from './documents.ts';
import { refusalSentence } from './settle.ts';
import type { SuggestionToReview } from './suggestion-card.tsx';

interface Props {
  readonly suggestion: SuggestionToReview;
  readonly refetch: () => void;
}

/** That the unit has changed since, and the way to compare with what it says by now. */
export function Outdated({ suggestion, refetch }: Props) {
  const [{ fetching }, rebase] = useMutation(rebaseMutation);
  const run = async () => {
    const version = suggestion.knowledgeUnit?.version ?? 1;
    const { data, error } = await rebase({ input: { id: suggestion.id, version } });
    const [refusal] = data?.result?.userErrors ?? [];
    if (error) notify({ title: 'Not brought up to date', detail: problemOf(error).sentence, look: 'bad' });
    if (refusal) notify({ title: 'Not brought up to date', detail: refusalSentence(refusal), look: 'bad' });
    refetch();
  };
  return (
    <div className="held">
      <div className="stack">
        <p>
          The unit was changed after this was written.
          {suggestion.conflicts.length > 0 &&
            ` Both change ${suggestion.conflicts.map((field) => field.toLowerCase()).join(', ')}: its author has to decide.`}
        </p>
        {suggestion.conflicts.length === 0 && (
          <div>
            <Button onClick={run} disabled={fetching}>
              Bring it up to date
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
