/** A comment in a statement: it is to be planned for its values each time, where a database would keep one plan for all of them. */
export const customPlan = '/* custom plan */';
