import { Fragment } from 'react';
import { cutHidden, nameHidden } from './hidden-characters.ts';
import './visible-text.css';

/** A text in which what is not seen is shown by its name, and changes the order of nothing. */
export const VisibleText = ({ text }: { readonly text: string }) =>
  cutHidden(text).map(({ text: part, isHidden, start }) =>
    isHidden ? (
      <span key={start} className="hidden-character" title="Characters that are not seen; agents read them">
        {nameHidden(part)}
      </span>
    ) : (
      <Fragment key={start}>{part}</Fragment>
    ),
  );
