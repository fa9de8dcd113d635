import { useLocation } from 'wouter';
import { Button } from '../design/button.tsx';
import { Menu } from '../design/menu.tsx';
import { useSignal } from '../design/signal.ts';
import { useSession } from './session.tsx';
import { setTheme, type Theme, theme } from './theme.ts';

const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const roles = { MEMBER: 'member', REVIEWER: 'reviewer', ADMIN: 'administrator' } as const;

export function AccountMenu() {
  const { viewer, can, signOut } = useSession();
  const [, navigate] = useLocation();
  const current = useSignal(theme);
  if (!viewer) return null;
  return (
    <Menu
      trigger={
        <Button look="quiet" aria-label={`Account of ${viewer.user.username}`}>
          <span className="account-name">{viewer.user.username}</span> ▾
        </Button>
      }
      head={
        <>
          <strong>{viewer.user.username}</strong>
          <div className="muted">{roles[viewer.role]}</div>
        </>
      }
      actions={[
        { label: 'My proposals, keys, sessions', run: () => navigate('/mine') },
        { label: 'Connect an agent', run: () => navigate('/connect') },
        ...(can('ADMIN') ? [{ label: 'Administration', run: () => navigate('/admin') }] : []),
        { label: `Theme: ${current}`, run: () => setTheme(next[current]) },
        { label: 'Sign out', run: () => void signOut().then(() => navigate('/')) },
      ]}
    />
  );
}
