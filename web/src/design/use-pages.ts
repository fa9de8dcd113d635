import { useCallback, useEffect, useRef, useState } from 'react';
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useClient } from 'urql';
import { keepList, keptList } from './kept-list.ts';
import { placeNow } from './traversal.ts';

interface PageOf<Row> {
  readonly rows: readonly Row[];
  /** The cursor of the next page; null for none. */
  readonly next: string | null;
}

interface Pages<Row, Data> {
  readonly rows: readonly Row[];
  /** Of the first page. */
  readonly data: Data | undefined;
  readonly loading: boolean;
  readonly error: CombinedError | undefined;
  /** Fetches the next page, unless it is on its way; null where there is none. */
  readonly more: (() => void) | null;
  refresh(): void;
}

interface Options<Data, Variables extends AnyVariables, Row> {
  readonly query: TypedDocumentNode<Data, Variables>;
  readonly variables: Omit<Variables, 'after'>;
  readonly pageOf: (data: Data) => PageOf<Row>;
  readonly pause?: boolean;
  /** Whether the list is as it was when one comes back to its address. */
  readonly kept?: boolean;
}

type State<Row, Data> = PageOf<Row> & { readonly data?: Data; readonly error?: CombinedError };

/** A list that grows page by page. It begins anew when the variables change, and shows what it had until the answer is there. */
export function usePages<Data, Variables extends AnyVariables, Row>(options: Options<Data, Variables, Row>) {
  const client = useClient();
  const { query, pause = false, kept = false } = options;
  const asked = JSON.stringify(options.variables);
  const pageOf = useRef(options.pageOf);
  pageOf.current = options.pageOf;
  const [restored] = useState(() => {
    const last = kept && !pause ? keptList() : undefined;
    return last?.reader === client ? (last.state as State<Row, Data> | undefined) : undefined;
  });
  const [state, setState] = useState<State<Row, Data>>(restored ?? { rows: [], next: null });
  const [loading, setLoading] = useState(!pause && !restored);
  const run = useRef(0);
  const first = useRef(asked);

  const load = useCallback(
    async (after: string | null) => {
      run.current++;
      const own = run.current;
      setLoading(true);
      const variables = { ...JSON.parse(asked), after } as Variables;
      const { data, error } = await client.query(query, variables, { requestPolicy: 'network-only' }).toPromise();
      if (own !== run.current) return;
      setLoading(false);
      const page = data ? pageOf.current(data) : undefined;
      setState((last) => {
        if (!page || !data) return { ...last, ...(error && { error }) };
        if (after === null) return { ...page, data, ...(error && { error }) };
        const { error: _old, ...rest } = last;
        return { ...rest, rows: [...last.rows, ...page.rows], next: page.next };
      });
    },
    [client, query, asked],
  );

  useEffect(() => {
    if (pause) run.current++;
    // what is come back to was asked for already
    else if (!restored || asked !== first.current) void load(null);
  }, [load, pause, restored, asked]);
  useEffect(() => {
    if (kept && !pause && state.data) keepList(placeNow(), { state, reader: client });
  }, [kept, pause, state, client]);

  const { next } = state;
  return {
    rows: state.rows,
    data: state.data,
    loading,
    error: state.error,
    more: next === null ? null : () => void (loading || load(next)),
    refresh: () => void load(null),
  } satisfies Pages<Row, Data>;
}
