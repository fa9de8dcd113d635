/** What a role may do, as the options of a field. */
export const RoleOptions = () => (
  <>
    <option value="MEMBER">member: proposes, confirms, flags</option>
    <option value="REVIEWER">reviewer: also decides over proposals</option>
    <option value="ADMIN">administrator: also manages people</option>
  </>
);
