/** `CQ_CORS_ORIGIN`: the origins whose web pages may call the APIs; `*` for every origin. */
export type AllowedOrigins = '*' | readonly string[];

/** Whether web pages of this origin may read responses. */
export const isAllowedOrigin = (origin: string, allowed: AllowedOrigins) => allowed === '*' || allowed.includes(origin);
