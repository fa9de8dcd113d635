import { signal } from '../design/signal.ts';

export const paletteIsOpen = signal(false);

export const openPalette = (): void => paletteIsOpen.set(true);
