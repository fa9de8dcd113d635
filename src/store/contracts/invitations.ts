import type { Invitation, Page, PageRequest, Position } from '../records.ts';

/** Invitations that nobody has accepted or revoked. Those that an account has made go with it when it is deleted. */
export interface InvitationStore {
  /** One that has expired, too. */
  find(id: string): Promise<Invitation | null>;
  /** Those that have not expired at an instant, newest first. */
  list(at: Date, page: PageRequest<Position<Date>>): Promise<Page<Invitation>>;
  count(at: Date): Promise<number>;
  /**
   * Adds one, and deletes those that have expired when it is made. Not where there are `limit` others (`'full'`), for any number of
   * concurrent calls, nor where the suggested name was that of somebody who was erased (`'nameErased'`).
   */
  insert(invitation: Invitation, limit: number): Promise<'added' | 'full' | 'nameErased'>;
  /** Deletes one and answers it; null where there is none any more. Of concurrent calls, in whatever process, one gets it. */
  take(id: string): Promise<Invitation | null>;
}
