import { useSignal } from '../design/signal.ts';
import { isOffline } from './client.ts';
import './offline-banner.css';

export function OfflineBanner() {
  const offline = useSignal(isOffline);
  return (
    <div role="status">
      {offline && (
        <p className="offline">
          The server cannot be reached. This page tries again by itself; what you decide meanwhile is sent then.
        </p>
      )}
    </div>
  );
}
