import './confidence.css';
import { ratio } from './numbers.ts';

/** Confidence as a number and a short bar. */
export const Confidence = ({ value }: { readonly value: number }) => (
  <span className="confidence" title="Confidence, from 0 to 1">
    <svg width="40" height="6" aria-hidden="true">
      <rect className="confidence-track" width="40" height="6" rx="3" />
      <rect className="confidence-fill" width={40 * value} height="6" rx="3" />
    </svg>
    <span className="number">{ratio(value)}</span>
  </span>
);
