/**
 * A comment in a statement: it is to be planned for its values each time, where a database would keep one plan for all of them. For those
 * where that would be a bad one for some, such as joins of what a domain has, which may be anything, with what words have found.
 */
export const customPlan = '/* custom plan */';
