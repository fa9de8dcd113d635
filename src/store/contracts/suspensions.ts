import type { Page } from '../records.ts';

/** When an account was suspended, and by whom: what the suspension does to what the person wrote bears both. */
export interface SuspensionMark {
  readonly at: Date;
  /** A user's name. */
  readonly by: string;
}

/** What a suspension does to what a person wrote: it rejects pending units and suggestions that wait, and retires approved units. */
export type SuspensionChange = 'rejected' | 'suggestionRejected' | 'retired';

/** What a suspension changed. */
export interface ChangedItem {
  /** Of a unit, or of a suggestion. */
  readonly id: string;
  /** That unit, or the one that the suggestion is for: its row is locked for a change. */
  readonly unitId: string;
}

/** What suspensions have done to units, which is found by their marks and can be taken back. */
export interface SuspensionStore {
  /**
   * Whether an account is suspended by this mark; where it is, nobody ends that until the transaction of this store has ended. Call it
   * after the changes of units: whoever locks both locks units first.
   */
  holds(userId: number, mark: SuspensionMark): Promise<boolean>;
  /** What the suspension with this mark did to what `username` wrote, and what is still as it left it: a keyset page, by id. */
  changed(
    change: SuspensionChange,
    username: string,
    mark: SuspensionMark,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<Page<ChangedItem>>;
  /**
   * Takes one change back, with an event by `actor`: the unit is what it was, also what it says of a unit that superseded it; a suggestion waits again, however many do. False, and
   * nothing done, where it is not as the suspension left it. Of any number of callers at once one gets true.
   */
  undo(change: SuspensionChange, id: string, mark: SuspensionMark, actor: string, at: Date): Promise<boolean>;
}
