import { Time } from '../../design/time.tsx';
import type { ErasureBackupKind } from '../../gql/graphql.ts';

interface Props {
  readonly backups: readonly { readonly kind: ErasureBackupKind; readonly place: string; readonly madeAt: string }[];
}

/** Copies of the database that this server knows of, which an erasure does not reach. */
export const KeptCopies = ({ backups }: Props) => (
  <div className="stack">
    <p>Delete them, or erase again once one of them is restored. They may have been moved since.</p>
    <ul className="stack">
      {backups.map(({ kind, place, madeAt }) => (
        <li key={`${place} ${madeAt}`}>
          <span className="mono admin-details">{place}</span>
          <div className="muted">
            {kind === 'BACKUP' ? 'a backup' : 'kept from before an adoption'}, <Time at={madeAt} />
          </div>
        </li>
      ))}
    </ul>
  </div>
);
