import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { useDeferredValue, useState } from 'react';
import { useQuery } from 'urql';
import { useLocation } from 'wouter';
import { ratio } from '../design/numbers.ts';
import { graphql } from '../gql/gql.ts';
import { usePlaces } from './bar.tsx';
import { paletteIsOpen } from './palette-state.ts';
import './palette.css';
import { useSignal } from '../design/signal.ts';
import { useSession } from './session.tsx';

const lookUpQuery = graphql(`
  query LookUp($text: String!) {
    search(text: $text, first: 7) {
      nodes {
        id
        insight {
          summary
        }
        evidence {
          confidence
        }
      }
    }
  }
`);

interface Item {
  readonly value: string;
  readonly label: string;
  readonly detail: string;
  readonly href: string;
}

/** ⌘K: lessons by what they say, and pages by their names. */
export default function Palette() {
  const open = useSignal(paletteIsOpen);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => paletteIsOpen.set(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog palette" aria-label="Search or jump">
          <Lines />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Lines() {
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  const [, navigate] = useLocation();
  const pages = usePages();
  const [{ data, fetching }] = useQuery({ query: lookUpQuery, variables: { text: asked }, pause: asked.length < 2 });
  const lessons: Item[] =
    asked.length < 2
      ? []
      : (data?.search?.nodes ?? []).map(({ id, insight, evidence }) => ({
          value: id,
          label: insight.summary,
          detail: ratio(evidence.confidence),
          href: `/units/${id}`,
        }));
  const named = pages.filter(({ label }) => label.toLowerCase().includes(text.trim().toLowerCase()));
  const items = [...named, ...lessons];
  const go = (item: Item) => {
    paletteIsOpen.set(false);
    navigate(item.href);
  };
  return (
    <Autocomplete.Root
      items={items}
      value={text}
      onValueChange={setText}
      itemToStringValue={(item: Item) => item.label}
      filter={null}
      open
      inline
      autoHighlight="always"
    >
      <Autocomplete.Input className="palette-input" placeholder="A lesson or a page…" aria-label="Search or jump" />
      <Autocomplete.List className="palette-list">
        {(item: Item) => (
          <Autocomplete.Item key={item.value} value={item} className="palette-item" onClick={() => go(item)}>
            <span>{item.label}</span>
            <span className="muted">{item.detail}</span>
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
      <Autocomplete.Empty className="palette-empty">
        {fetching ? 'Searching…' : text.trim() ? 'Nothing is called that, and no lesson has these words.' : ''}
      </Autocomplete.Empty>
    </Autocomplete.Root>
  );
}

function usePages(): Item[] {
  const { viewer, can } = useSession();
  const places = usePlaces().map(({ href, name }) => ({ href, name }));
  const more = viewer
    ? [
        { href: '/connect', name: 'Connect an agent' },
        { href: '/mine/keys', name: 'My keys' },
        { href: '/mine/sessions', name: 'My sessions' },
        ...(can('ADMIN')
          ? [
              { href: '/admin', name: 'Administration' },
              { href: '/admin/audit', name: 'Audit log' },
            ]
          : []),
      ]
    : [];
  const all = [...places, ...more].filter(
    ({ href }, index, list) => list.findIndex((each) => each.href === href) === index,
  );
  return all.map(({ href, name }) => ({ value: href, label: name, detail: 'page', href }));
}
