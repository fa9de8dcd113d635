import { Page } from '../../design/page.tsx';

export default function Attention(_props: { readonly id?: string; readonly tab?: string | undefined }) {
  return <Page title="Attention">Soon.</Page>;
}
