import { useEffect, useRef } from 'react';
import { type TypedDocumentNode, useClient } from 'urql';
import { openStream } from './stream.ts';

interface Options<Data> {
  /** The place to begin behind, such as that of what is shown; nothing is followed before it is known. */
  readonly from: string | null | undefined;
  /** Answers the place behind what it is told. */
  readonly tell: (data: Data) => string;
  /** That the server does not go on from there: what is shown has to be asked for again. */
  readonly refused: () => void;
}

/** Follows a subscription for as long as the component is there. */
export function useStream<Data>(
  subscription: TypedDocumentNode<Data, { after?: string | null }>,
  { from, ...hearers }: Options<Data>,
): void {
  const client = useClient();
  const latest = useRef(hearers);
  latest.current = hearers;
  useEffect(() => {
    if (from == null) return;
    const { close } = openStream((after) => client.subscription(subscription, { after }), from, {
      tell: (data) => latest.current.tell(data),
      state: () => {},
      refused: () => latest.current.refused(),
    });
    return close;
  }, [client, subscription, from]);
}
