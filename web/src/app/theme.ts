import { signal } from '../design/signal.ts';

export type Theme = 'system' | 'light' | 'dark';

const stored = 'cq-theme';
const isTheme = (value: string | null): value is Theme => value === 'light' || value === 'dark';

function saved(): Theme {
  const value = localStorage.getItem(stored);
  return isTheme(value) ? value : 'system';
}

export const theme = signal<Theme>('system');

export function setTheme(next: Theme): void {
  if (next === 'system') localStorage.removeItem(stored);
  else localStorage.setItem(stored, next);
  applyTheme();
}

/** Called before the page is drawn, so that it does not flash. */
export function applyTheme(): void {
  const value = saved();
  theme.set(value);
  if (value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
}
