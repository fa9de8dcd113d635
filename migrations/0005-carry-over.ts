import { step } from './step.ts';
export const carryOver = step('0005-carry-over', async () => {});
