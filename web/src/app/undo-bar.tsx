import { useLocation } from 'wouter';
import { Button } from '../design/button.tsx';
import { useSignal } from '../design/signal.ts';
import { decisions } from './decisions.ts';
import { useKeys } from './keys.ts';
import './undo-bar.css';
import { summaryOf } from './undo-summary.ts';

/** What was decided and is not sent yet, with the way back. */
export function UndoBar() {
  const entries = useSignal(decisions.entries);
  const [location, navigate] = useLocation();
  const undo = () => {
    const [id] = decisions.undo()?.ids ?? [];
    // back to what was decided over
    if (id && location.startsWith('/review')) navigate(`/review/${id}${window.location.search}`, { replace: true });
  };
  useKeys({ u: undo, 'mod+z': undo }, entries.length > 0);
  const waiting = entries.filter(({ state }) => state === 'waiting');
  const latest = waiting.at(-1);
  return (
    <div className="undo" role="status">
      {latest && (
        <div className="undo-box">
          <span>{summaryOf(waiting)}</span>
          <Button hint="U" icon="undo" onClick={undo}>
            {waiting.length > 1 ? 'Undo last' : 'Undo'}
          </Button>
          <span className="undo-time" key={latest.key} aria-hidden="true" />
        </div>
      )}
    </div>
  );
}
