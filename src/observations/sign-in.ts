import { channel } from 'node:diagnostics_channel';

/** An attempt to prove who one is: by a password, or by the token of an invitation. */
export interface SignInObservation {
  readonly by: 'password' | 'invitation';
  /** `wrong`: the password or the token is; `refused`: by the limit of failures; `failed`: it could not be checked. */
  readonly outcome: 'succeeded' | 'wrong' | 'refused' | 'failed';
}

/** `cq:sign-in`: a `SignInObservation` for each. */
export const signIns = channel('cq:sign-in');
