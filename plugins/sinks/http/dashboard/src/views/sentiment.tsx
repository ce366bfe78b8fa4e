import { useFeed } from "../page";

/** One line over the market; nothing where no input computes it. */
export function Sentiment() {
  const table = useFeed(500).tables.get("sentiment");
  const row = table?.latest()[0];
  if (!table || !row)
    return (
      <p class="strip empty">
        Sentiment is not wired in: no input of the http sink is called <code>sentiment</code>.
      </p>
    );
  const shown = (table.status.columns ?? []).filter((c) => !c.key && !["as_of_ms", "seq", "rev", "trade_date", "universe"].includes(c.name)).slice(0, 8);
  return (
    <dl class="strip">
      {shown.map((column) => (
        <div>
          <dt>{column.name.replaceAll("_", " ")}</dt>
          <dd>{table.text(row, column.name) || "–"}</dd>
        </div>
      ))}
    </dl>
  );
}
