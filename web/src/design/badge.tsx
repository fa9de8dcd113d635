import type { ReactNode } from 'react';
import './badge.css';
import { Icon, type IconName } from './icon.tsx';
import { VisibleText } from './visible-text.tsx';

export type Tone = 'ok' | 'bad' | 'warn' | 'info' | 'grey';

interface Props {
  readonly tone?: Tone;
  readonly icon?: IconName;
  readonly title?: string;
  readonly children: ReactNode;
}

export const Badge = ({ tone = 'grey', icon, title, children }: Props) => (
  <span className={`badge badge-${tone}`} title={title}>
    {icon && <Icon name={icon} />}
    {children}
  </span>
);

const states: Record<string, { readonly tone: Tone; readonly icon: IconName; readonly word: string }> = {
  PENDING: { tone: 'info', icon: 'clock', word: 'Waits' },
  APPROVED: { tone: 'ok', icon: 'check', word: 'Approved' },
  REJECTED: { tone: 'bad', icon: 'cross', word: 'Rejected' },
  RETIRED: { tone: 'grey', icon: 'lock', word: 'Retired' },
  SUPERSEDED: { tone: 'grey', icon: 'merge', word: 'Superseded' },
};

/** The state of a unit or a suggestion as a word and an icon. A state that is not known is shown by its name. */
export function StatusBadge({ status }: { readonly status: string }) {
  const state = states[status];
  if (!state) return <Badge>{status.toLowerCase().replaceAll('_', ' ')}</Badge>;
  return (
    <Badge tone={state.tone} icon={state.icon}>
      {state.word}
    </Badge>
  );
}

export const Tag = ({ children }: { readonly children: string }) => (
  <span className="tag">
    <VisibleText text={children} />
  </span>
);
