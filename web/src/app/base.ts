/** The path below which the server is reached, without a slash at its end: empty, or such as `/cq`. */
export const base = (document.documentElement.dataset.base ?? '').replace(/^\.|\/$/g, '');

/** The address of something of the server, such as `graphql`. */
export const addressOf = (path: string): string => `${base}/${path}`;
