import { ratio } from '../../design/numbers.ts';
import type { FindQuery } from '../../gql/graphql.ts';

type All = NonNullable<FindQuery['search']>['edges'][number]['signals'];

const names = [
  ['keyword', 'words'],
  ['semantic', 'meaning'],
  ['domain', 'domain'],
  ['language', 'language'],
  ['framework', 'framework'],
  ['confidence', 'confidence'],
] as const;

const width = 72;

/** What a score is made of, each from 0 to 1; a signal that had no part is left out. */
export function Signals({ signals }: { readonly signals: All }) {
  const shown = names.flatMap(([name, label]) => {
    const value = signals[name];
    return value === null || (value === 0 && name !== 'keyword' && name !== 'domain') ? [] : [{ label, value }];
  });
  return (
    <dl className="signals">
      {shown.map(({ label, value }) => (
        <div key={label} title={`${label} ${ratio(value)}`}>
          <dt>{label}</dt>
          <dd>
            <svg width={width} height="6" aria-hidden="true">
              <rect className="confidence-track" width={width} height="6" rx="3" />
              <rect className="signal-fill" width={width * value} height="6" rx="3" />
            </svg>
            <span className="visually-hidden">{ratio(value)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
