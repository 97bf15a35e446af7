/** What to do on the first day. */
export function NoSlos() {
  return (
    <div className="empty">
      <h1 tabIndex={-1}>No SLOs yet</h1>
      <p>An SLO says how reliable a service has to be. Add the first one to plimsoll.yaml:</p>
      <ol>
        <li>
          <code>plimsoll init</code> writes a commented plimsoll.yaml with a service, a source and an SLO to begin with.
        </li>
        <li>
          <code>plimsoll validate</code> says whether it holds, and whether each of its rules can fire.
        </li>
        <li>
          <code>plimsoll serve</code> starts measuring; this page shows it without a reload.
        </li>
      </ol>
    </div>
  );
}
