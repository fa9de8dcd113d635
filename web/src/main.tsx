import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { applyTheme } from './app/theme.ts';
import './design/tokens.css';
import './design/base.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element for the page');
applyTheme();
createRoot(root).render(<App />);
