/** Icons of 16 px, drawn with lines: decoration beside a word or a name. */
const paths = {
  review: 'M2.5 4.5h11M2.5 8h7M2.5 11.5h5M10.5 11.5l1.5 1.5 2.5-3',
  find: 'M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM10.7 10.7 14 14',
  attention: 'M8 2 1.8 13h12.4L8 2ZM8 6.5v3M8 11.2v.3',
  dashboard: 'M2.5 13.5v-6M6.2 13.5v-10M9.8 13.5v-4M13.5 13.5v-8',
  mine: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14c.6-2.8 2.8-4 5.5-4s4.900 1.200 5.500 4',
  connect: 'M6 10 10 6M5 7.500 3 9.500a2.500 2.500 0 0 0 3.500 3.500l2-2M11 8.500l2-2A2.500 2.500 0 0 0 9.500 3l-2 2',
  admin: 'M8 1.800 2.800 4v4c0 3.300 2.300 5.200 5.200 6.200 2.900-1 5.200-2.900 5.200-6.200V4L8 1.800Z',
  check: 'M2.500 8.500 6.500 12.500 13.500 4',
  cross: 'M3.500 3.500l9 9M12.500 3.500l-9 9',
  flag: 'M3.500 14V2.500h8l-1.500 3 1.500 3h-8',
  lock: 'M4 7.500h8v6H4zM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500',
  menu: 'M3 8h.01M8 8h.01M13 8h.01',
  down: 'M4 6l4 4 4-4',
  copy: 'M5.500 5.500h8v8h-8zM2.500 10.500v-8h8',
  external: 'M9 2.500h4.500V7M13.500 2.500 7.500 8.500M11.500 9.500v4h-9v-9h4',
  live: 'M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3.200l2 1.300',
  merge: 'M4 2.500v3c0 3 4 2.500 4 5.500v2.500M12 2.500v3c0 3-4 2.500-4 5.500',
  edit: 'M10.500 3 13 5.500 5.500 13H3v-2.500L10.500 3Z',
  skip: 'M3 4l5 4-5 4V4ZM12.500 4v8',
  undo: 'M3 6.500h6.500a3.500 3.500 0 0 1 0 7H6M5.500 4 3 6.500 5.500 9',
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg
    className="icon"
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth={name === 'menu' ? 2.6 : 1.5}
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={paths[name]} />
  </svg>
);
