import { Button } from './button.tsx';

/** The way to the next page of a list; nothing where there is none. */
export const More = ({ more, loading }: { readonly more: (() => void) | null; readonly loading: boolean }) =>
  more && (
    <div>
      <Button onClick={more} disabled={loading}>
        {loading ? 'Loading…' : 'Load more'}
      </Button>
    </div>
  );
