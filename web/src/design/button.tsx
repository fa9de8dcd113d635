import type { ComponentProps } from 'react';
import './button.css';
import { Icon, type IconName } from './icon.tsx';
import { Key } from './key.tsx';

interface Props extends ComponentProps<'button'> {
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly icon?: IconName;
  /** The key that does the same, drawn behind the words. */
  readonly hint?: string;
}

export function Button({ look = 'plain', icon, hint, className = '', children, ...props }: Props) {
  return (
    <button
      type="button"
      {...props}
      className={`button button-${look} ${children ? '' : 'button-icon'} ${className}`}
      {...(hint && { 'aria-keyshortcuts': hint })}
    >
      {icon && <Icon name={icon} />}
      {children}
      {hint && <Key>{hint}</Key>}
    </button>
  );
}
