import { Link, useLocation } from 'wouter';
import { Button } from '../design/button.tsx';
import { Icon, type IconName } from '../design/icon.tsx';
import { Key } from '../design/key.tsx';
import { count } from '../design/numbers.ts';
import { counts } from '../live/live.ts';
import { AccountMenu } from './account-menu.tsx';
import './bar.css';
import { useSignal } from '../design/signal.ts';
import { LiveDot } from './live-dot.tsx';
import { openPalette } from './palette-state.ts';
import { useSession } from './session.tsx';

interface Place {
  readonly href: string;
  readonly name: string;
  readonly icon: IconName;
  readonly count?: number | undefined;
}

/** The pages for whoever is signed in, by how often they are wanted. */
export function usePlaces(): readonly Place[] {
  const { viewer, can } = useSession();
  const numbers = useSignal(counts);
  const find: Place = { href: '/find', name: 'Find', icon: 'find' };
  const dashboard: Place = { href: '/dashboard', name: 'Dashboard', icon: 'dashboard' };
  const mine: Place = { href: '/mine', name: 'Mine', icon: 'mine' };
  if (!viewer) return [find, dashboard];
  if (!can('REVIEWER')) return [find, mine, { href: '/connect', name: 'Connect', icon: 'connect' }, dashboard];
  return [
    { href: '/review', name: 'Review', icon: 'review', count: numbers?.waiting },
    find,
    { href: '/attention', name: 'Attention', icon: 'attention', count: numbers?.attention },
    dashboard,
    mine,
  ];
}

export function Bar() {
  const places = usePlaces();
  const { viewer } = useSession();
  const [location] = useLocation();
  return (
    <header className="bar">
      <Link href="/" className="bar-name">
        cq
      </Link>
      <nav className="bar-places" aria-label="Pages">
        {places.map(({ href, name, icon, count: number }) => (
          <Link
            key={href}
            href={href}
            className="bar-place"
            aria-current={location === href || location.startsWith(`${href}/`) ? 'page' : undefined}
          >
            <Icon name={icon} />
            <span>{name}</span>
            {number ? <span className="bar-count number">{count(number)}</span> : null}
          </Link>
        ))}
      </nav>
      <div className="bar-end">
        <button type="button" className="bar-search" onClick={openPalette} aria-keyshortcuts="Meta+K Control+K">
          <Icon name="find" />
          <span>Search or jump…</span>
          <Key>{/Mac/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}</Key>
        </button>
        {viewer ? (
          <>
            <LiveDot />
            <AccountMenu />
          </>
        ) : (
          location !== '/' && (
            <Link href="/" asChild>
              <Button look="primary">Sign in</Button>
            </Link>
          )
        )}
      </div>
    </header>
  );
}
