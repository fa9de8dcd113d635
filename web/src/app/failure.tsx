import type { CombinedError } from 'urql';
import { Button } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';
import { problemOf } from './problem.ts';

/** What stands in the place of something that could not be had: why, and a way on. */
export function Failure({ error, retry }: { readonly error: CombinedError; readonly retry?: () => void }) {
  const { kind, sentence, requestId } = problemOf(error);
  return (
    <Empty
      title={kind === 'forbidden' ? 'Not for your account' : 'This could not be loaded'}
      actions={retry && kind !== 'forbidden' && <Button onClick={retry}>Try again</Button>}
    >
      <p role="alert">{sentence}</p>
      {requestId && (
        <p className="muted">
          Request <code>{requestId}</code>
        </p>
      )}
    </Empty>
  );
}
