import { Page } from '../../design/page.tsx';
import './components.css';
import { Actions } from './actions.tsx';
import { Fields } from './fields.tsx';
import { States } from './states.tsx';
import { Structure } from './structure.tsx';
import { Texts } from './texts.tsx';

const themes = ['light', 'dark'] as const;

/** Every component of the design, side by side in both themes: for whoever changes one. It is not in what is built. */
export default function Components() {
  return (
    <main id="content" tabIndex={-1}>
      <Page title="Components" lead="Every component of the design, in both themes. What floats has that of the page.">
        <div className="components">
          {themes.map((theme) => (
            <section key={theme} className="components-theme" style={{ colorScheme: theme }} aria-label={theme}>
              <h2>{theme}</h2>
              <Actions theme={theme} />
              <Fields theme={theme} />
              <States />
              <Texts />
              <Structure theme={theme} />
            </section>
          ))}
        </div>
      </Page>
    </main>
  );
}
