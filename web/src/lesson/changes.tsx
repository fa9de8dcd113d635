import { Diff } from '../design/diff.tsx';
import type { ContentField } from '../gql/graphql.ts';

interface Change {
  readonly field: ContentField;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const names: Record<string, string> = { DOMAINS: 'Domains', LANGUAGES: 'Languages', FRAMEWORKS: 'Frameworks' };
const nameOf = (field: string) => names[field] ?? field.charAt(0) + field.slice(1).toLowerCase();
const lists = ['DOMAINS', 'LANGUAGES', 'FRAMEWORKS'];

/** Old and new of each field that differs: of a list what comes and goes, of a text the words. */
export function Changes({ changes }: { readonly changes: readonly Change[] }) {
  if (changes.length === 0) return <p className="muted">Nothing is different.</p>;
  return (
    <div className="stack">
      {changes.map(({ field, before, after }) => (
        <section key={field} className="lesson-part">
          <h3 className="label">{nameOf(field)}</h3>
          <div className="lesson-text">
            {lists.includes(field) ? (
              <p className="diff row">
                {before.map((item) =>
                  after.includes(item) ? <span key={item}>{item}</span> : <del key={item}>{item}</del>,
                )}
                {after.map((item) => !before.includes(item) && <ins key={item}>{item}</ins>)}
              </p>
            ) : (
              <Diff before={before.join('\n')} after={after.join('\n')} />
            )}
          </div>
        </section>
      ))}
    </div>
  );
}
