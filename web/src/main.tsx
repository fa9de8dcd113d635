import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { Router } from 'wouter';
import { App } from './app.tsx';
import { base } from './base.ts';
import { client } from './client.ts';
import './styles.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element for the page');
createRoot(root).render(
  <StrictMode>
    <Provider value={client}>
      <Router base={base}>
        <App />
      </Router>
    </Provider>
  </StrictMode>,
);
