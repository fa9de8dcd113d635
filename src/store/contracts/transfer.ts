/** A row as it is in a table: its columns by name, instants as ISO text with milliseconds and `Z`. */
export type TableRow = Readonly<Record<string, string | number | null>>;

/** Some rows of a table; in the order of its key, when all of them are taken together. */
export interface TableRows {
  readonly table: string;
  readonly rows: readonly TableRow[];
}

/** Hands rows to `take` and waits for it each time. */
export type RowSource = (take: (batch: TableRows) => Promise<void>) => Promise<void>;

export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 over all rows, in hexadecimal: the same where the rows are, on whatever database. */
  readonly checksum: string;
}
