import { useDeferredValue, useId, useState } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../../gql/gql.ts';

const pickQuery = graphql(`
  query PickUnit($text: String!) {
    search(text: $text, first: 6) {
      nodes {
        id
        insight {
          summary
        }
      }
    }
  }
`);

interface Props {
  readonly label: string;
  /** A unit that cannot be picked. */
  readonly except: string;
  readonly value: string;
  readonly choose: (id: string) => void;
}

/** An approved unit, found by its words. */
export function UnitPicker({ label, except, value, choose }: Props) {
  const id = useId();
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  const [{ data }] = useQuery({ query: pickQuery, variables: { text: asked }, pause: asked.length < 2 });
  const found = asked.length < 2 ? [] : (data?.search?.nodes ?? []).filter((unit) => unit.id !== except);
  return (
    <fieldset className="picker">
      <legend>{label}</legend>
      <input
        className="input"
        type="search"
        id={id}
        aria-label={`${label}: search by words`}
        placeholder="Search by words"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {found.map((unit) => (
        <label key={unit.id} className="checkbox">
          <input type="radio" name={id} checked={value === unit.id} onChange={() => choose(unit.id)} />
          <span>{unit.insight.summary}</span>
        </label>
      ))}
    </fieldset>
  );
}
