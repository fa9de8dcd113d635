import { Page } from '../../design/page.tsx';

export default function Unit(_props: { readonly id?: string; readonly tab?: string | undefined }) {
  return <Page title="Unit">Soon.</Page>;
}
