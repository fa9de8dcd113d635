import { Page } from '../../design/page.tsx';

export default function Admin(_props: { readonly id?: string; readonly tab?: string | undefined }) {
  return <Page title="Admin">Soon.</Page>;
}
