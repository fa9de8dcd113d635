import { z } from 'zod';

/** The forms that a variable's value may have. Each refusal reads on from the variable's name. */

export type Environment = Readonly<Record<string, string | undefined>>;

export const onOff = (standard: 'on' | 'off') =>
  z
    .enum(['on', 'off'], { error: ({ input }) => `must be "on" or "off", got ${JSON.stringify(input)}` })
    .default(standard)
    .transform((value) => value === 'on');

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, { error: ({ input }) => `must be a whole number, got ${JSON.stringify(input)}` })
    .transform(Number)
    .refine((value) => value >= least && value <= most, {
      error: ({ input }) => `must be from ${least} to ${most}, got ${input}`,
    });

export const whole = (standard: number, least: number, most: number) => wholeNumber(least, most).default(standard);

/** A number in decimal notation. */
export const decimal = (standard: number, least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})?$/, {
      error: ({ input }) => `must be a number such as ${standard}, got ${JSON.stringify(input)}`,
    })
    .transform(Number)
    .refine((value) => value >= least && value <= most, {
      error: ({ input }) => `must be from ${least} to ${most}, got ${input}`,
    })
    .default(standard);

/** Text of at most `most` characters. */
export const text = (most: number) =>
  z.string().max(most, { error: ({ input }) => `must be at most ${most} characters, got ${String(input).length}` });
