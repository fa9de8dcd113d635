import { Suspense, useEffect } from 'react';
import { useClient } from 'urql';
import { useLocation } from 'wouter';
import { Skeleton } from '../design/empty.tsx';
import { fetched } from '../design/fetched.ts';
import { useSignal } from '../design/signal.ts';
import { Toasts } from '../design/toast.tsx';
import { follow } from '../live/live.ts';
import { Bar } from './bar.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { fetchAhead } from './fetch-ahead.ts';
import { useKeys } from './keys.ts';
import { OfflineBanner } from './offline-banner.tsx';
import { openPalette, paletteIsOpen } from './palette-state.ts';
import { Routes } from './routes.tsx';
import { useSession } from './session.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { SignInAgain } from './sign-in.tsx';
import { UndoBar } from './undo-bar.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import { useTopOfPage } from './use-top-of-page.ts';

const Palette = fetched(() => import('./palette.tsx'));

export function Shell() {
  const [location, navigate] = useLocation();
  const palette = useSignal(paletteIsOpen);
  useFollow();
  useKeptFocus();
  useTopOfPage(location);
  useEffect(fetchAhead, []);
  useKeys({
    'mod+k': openPalette,
    'g r': () => navigate('/review'),
    'g f': () => navigate('/find'),
    'g n': () => navigate('/attention'),
    'g d': () => navigate('/dashboard'),
    'g m': () => navigate('/mine'),
    'g c': () => navigate('/connect'),
  });
  return (
    <>
      <a className="skip" href="#content">
        To the content
      </a>
      <Bar />
      <OfflineBanner />
      <ErrorBoundary place={location}>
        <Suspense fallback={<Skeleton lines={8} />}>
          <Routes />
        </Suspense>
      </ErrorBoundary>
      <UndoBar />
      <Toasts />
      {palette && (
        <Suspense>
          <Palette />
        </Suspense>
      )}
      <Shortcuts />
      <SignInAgain />
    </>
  );
}

/** Follows what others do, for as long as a reviewer is signed in. */
function useFollow(): void {
  const client = useClient();
  const { can } = useSession();
  const reviews = can('REVIEWER');
  useEffect(() => (reviews ? follow(client) : undefined), [client, reviews]);
}
