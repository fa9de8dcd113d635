import { CodeLine, CodeText } from './code-text.tsx';
import { splitCode } from './split-code.ts';
import './said.css';

/** What somebody wrote as a reason or a detail, in quotation marks; with blocks of code, set off as a whole. */
export const Said = ({ text }: { readonly text: string }) =>
  splitCode(text).some(({ kind }) => kind === 'block') ? (
    <blockquote className="said said-long">
      <CodeText text={text} />
    </blockquote>
  ) : (
    <p className="said">
      “<CodeLine text={text} />”
    </p>
  );
