import { CSPProvider } from '@base-ui/react/csp-provider';
import { StrictMode } from 'react';
import { Router } from 'wouter';
import { base } from './base.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { SessionProvider } from './session.tsx';
import { Shell } from './shell.tsx';

export const App = () => (
  <StrictMode>
    {/* the policy of the page admits no style elements */}
    <CSPProvider disableStyleElements>
      <Router base={base}>
        <SessionProvider>
          <ErrorBoundary place="">
            <Shell />
          </ErrorBoundary>
        </SessionProvider>
      </Router>
    </CSPProvider>
  </StrictMode>
);
