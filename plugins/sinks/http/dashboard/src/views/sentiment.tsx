import type { Cell } from "../feed";
import { useChosen, useFeed } from "../page";

function shown_value(value: Cell): string {
  return value === null ? "–" : typeof value === "number" ? String(Math.round(value * 100) / 100) : String(value);
}


// What every row about a universe begins with.
const header = new Set(["trade_date", "session", "as_of", "seq", "rev", "n_members", "n_eligible", "n_reporting"]);

/** One line over the market; nothing where no input computes it. */
export function Sentiment() {
  const table = useFeed(500).tables.get("sentiment");
  const chosen = useChosen();
  const row = table && chosen(table)[0];
  if (!table || !row)
    return (
      <p class="strip empty">
        Sentiment is not wired in: no input of the http sink is called <code>sentiment</code>.
      </p>
    );
  const shown = (table.status.columns ?? []).filter((c) => !c.key && !header.has(c.name)).slice(0, 8);
  return (
    <dl class="strip">
      {shown.map((column) => (
        <div>
          <dt>{column.name.replaceAll("_", " ")}</dt>
          <dd>{shown_value(table.value(row, column.name))}</dd>
        </div>
      ))}
    </dl>
  );
}
