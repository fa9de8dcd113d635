import { useRef, useState } from 'react';
import { Button } from './button.tsx';
import './copy-box.css';

/** A text to copy, whole. */
export function CopyBox({ label, text }: { readonly label: string; readonly text: string }) {
  const box = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    // there is no clipboard for scripts on a page that came over plain http
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else if (!copySelected(box.current)) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="copy-box">
      <div className="copy-head">
        <span className="label">{label}</span>
        <Button icon={copied ? 'check' : 'copy'} onClick={copy}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre ref={box} tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}

/** Copies what the element says the old way, by selecting it. */
function copySelected(element: HTMLElement | null): boolean {
  if (!element) return false;
  getSelection()?.selectAllChildren(element);
  return document.execCommand('copy');
}
