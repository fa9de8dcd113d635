import { type ReactNode, useEffect, useRef } from 'react';
import './table.css';
import { useRowsInSight } from './use-rows-in-sight.ts';

interface Props<Row> {
  readonly caption: string;
  readonly columns: readonly {
    readonly head: string;
    readonly cell: (row: Row) => ReactNode;
    readonly right?: boolean;
  }[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Called when the end of what is there comes into sight; null where there is no more. */
  readonly more?: (() => void) | null;
}

/**
 * A table whose head stays in sight; it scrolls within itself where the window is narrow. Of a long one, only the rows in sight are in the
 * page.
 */
export function Table<Row>({ caption, columns, rows, keyOf, more = null }: Props<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { from, to, above, below, isCut, measure } = useRowsInSight(rows.length, body);
  useEffect(() => {
    if (isCut && more && to >= rows.length - 20) more();
  }, [isCut, more, to, rows.length]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="table-frame" tabIndex={0} aria-label={caption}>
      <table className="table" {...(isCut && { 'aria-rowcount': more ? -1 : rows.length + 1 })}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, right }) => (
              <th key={head} scope="col" className={right ? 'table-right' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {above > 0 && <Gap height={above} />}
          {rows.slice(from, to).map((row, index) => (
            <tr
              key={keyOf(row)}
              {...(isCut && { ref: measure, 'data-index': from + index, 'aria-rowindex': from + index + 2 })}
            >
              {columns.map(({ head, cell, right }) => (
                <td key={head} className={right ? 'table-right' : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {below > 0 && <Gap height={below} />}
        </tbody>
      </table>
    </section>
  );
}

/** Stands for the rows that are not in sight. */
const Gap = ({ height }: { readonly height: number }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without anything in it has no focus
  <tr aria-hidden="true" className="table-gap">
    <td style={{ height }} />
  </tr>
);
