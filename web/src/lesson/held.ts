interface MaybeHeld {
  readonly heldSecrets?: readonly unknown[] | null;
  readonly secretsReleasedBy?: unknown;
}

/** Whether a unit is held for what looks like credentials: once it is released, these are still named, and hold nothing. */
export const isHeld = ({ heldSecrets, secretsReleasedBy }: MaybeHeld): boolean =>
  (heldSecrets?.length ?? 0) > 0 && !secretsReleasedBy;
