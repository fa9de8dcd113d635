import { Component, type ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';

interface Props {
  /** Another page begins anew. */
  readonly place: string;
  readonly children: ReactNode;
}

/** Where a page fails, the bar stays and says so. */
export class ErrorBoundary extends Component<Props, { error: Error | null; place: string }> {
  override state = { error: null as Error | null, place: this.props.place };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  static getDerivedStateFromProps({ place }: Props, state: { place: string }) {
    return place === state.place ? null : { error: null, place };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    // a file of a release that is gone
    const isOld = /import|module|preload/i.test(error.message);
    return (
      <main id="content" tabIndex={-1}>
        <Empty
          title={isOld ? 'There is a newer version of this page' : 'This page has failed'}
          actions={
            <Button look="primary" onClick={() => location.reload()}>
              Load it again
            </Button>
          }
        >
          {isOld ? 'The server was updated since it was loaded.' : error.message}
        </Empty>
      </main>
    );
  }
}
