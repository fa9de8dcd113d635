import { useSignal } from '../design/signal.ts';
import { liveState } from '../live/live.ts';

const words = {
  live: ['live', 'What others do shows at once.'],
  asking: ['live', 'What others do shows within 15 seconds.'],
  interrupted: ['interrupted', 'The server does not answer; what others do is not shown until it does.'],
} as const;

export function LiveDot() {
  const state = useSignal(liveState);
  if (state === 'off') return null;
  const [word, sentence] = words[state];
  return (
    <span className={`live live-${state}`} title={sentence} role="status">
      <span className="live-dot" aria-hidden="true" />
      {word}
      <span className="visually-hidden">: {sentence}</span>
    </span>
  );
}
