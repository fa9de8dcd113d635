/** A row of a table: values by column name, instants as ISO text with milliseconds and `Z`. */
export type TableRow = Readonly<Record<string, string | number | null>>;

/** A batch of rows of one table. Batches come in the order of its primary key. */
export interface TableRows {
  readonly table: string;
  readonly rows: readonly TableRow[];
}

/** Passes batches to `take`, one after the other, and awaits each call. */
export type RowSource = (take: (batch: TableRows) => Promise<void>) => Promise<void>;

/** A copied table, with what both sides are compared by. */
export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 over all rows, in hexadecimal: the same on both databases for the same rows. */
  readonly checksum: string;
}
