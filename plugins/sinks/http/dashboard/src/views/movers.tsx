// The strongest and the weakest, ranked anew with each change: by the table `rankings`, or, without one,
// by the move since the day's open that the bars tell.
import type { Row, Table } from "../feed";
import { change, direction, price, time } from "../format";
import { Panel, standing, useChosen, useFeed } from "../page";

const shown = 10;

export interface Mover {
  symbol: string;
  close: number | null;
  change: number | null;
  at: string;
  received: string; // by the feed
}

export function mover(bars: Table, row: Row): Mover {
  const close = bars.number(row, "close");
  const open = bars.number(row, "day_open") ?? bars.number(row, "open");
  return {
    symbol: bars.text(row, "symbol"),
    close,
    change: close !== null && open ? close / open - 1 : null,
    at: bars.text(row, "timestamp"),
    received: bars.text(row, "received"),
  };
}

/** What the bars tell of each symbol. */
export function movers(bars: Table): Mover[] {
  return bars.latest().map((row) => mover(bars, row));
}

function List(props: { title: string; rows: Mover[] }) {
  return (
    <table class="movers">
      <caption>{props.title}</caption>
      <thead>
        <tr>
          <th scope="col">Symbol</th>
          <th scope="col" class="number">Last</th>
          <th scope="col" class="number">Change</th>
          <th scope="col" class="number wide-only">At</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={row.symbol}>
            <th scope="row">
              <a href={`#/symbol/${encodeURIComponent(row.symbol)}`}>{row.symbol}</a>
            </th>
            <td class="number">{price(row.close)}</td>
            <td class={`number ${direction(row.change)}`}>{change(row.change)}</td>
            <td class="number wide-only">{time(row.at || null)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The lists of the table `rankings`: the day's returns, or whatever it ranks by first. */
function Ranked(props: { rankings: Table; bars: Table | undefined }) {
  const { rankings, bars } = props;
  const rows = useChosen()(rankings).filter((row) => rankings.value(row, "symbol"));
  const metrics = [...new Set(rows.map((row) => rankings.text(row, "metric")))];
  const metric = metrics.includes("ret_1") ? "ret_1" : metrics[0];
  const side = (name: string): Mover[] =>
    rows
      .filter((row) => rankings.text(row, "metric") === metric && rankings.text(row, "side") === name)
      .sort((a, b) => (rankings.number(a, "place") ?? 0) - (rankings.number(b, "place") ?? 0))
      .slice(0, shown)
      .map((row) => {
        const symbol = rankings.text(row, "symbol");
        const bar = bars?.series.get(symbol)?.at(-1);
        return { symbol, close: bars?.number(bar, "close") ?? null, change: rankings.number(row, "value"), at: rankings.text(row, "timestamp"), received: "" };
      });
  return (
    <div class="pair">
      <List title={`Best by ${metric}`} rows={side("top")} />
      <List title={`Worst by ${metric}`} rows={side("bottom")} />
    </div>
  );
}

export function Movers() {
  const feed = useFeed(250);
  const bars = feed.tables.get("bars");
  const rankings = feed.tables.get("rankings");
  if (rankings?.latest().some((row) => rankings.value(row, "symbol")))
    return (
      <Panel title="Movers" id="movers" note={standing(rankings)}>
        <Ranked rankings={rankings} bars={bars} />
      </Panel>
    );
  if (!bars || bars.series.size === 0)
    return (
      <Panel title="Movers" id="movers">
        <p class="empty">{bars ? "No bars yet." : "Not wired in: no input of the http sink is called bars."}</p>
      </Panel>
    );
  const all = movers(bars).filter((one) => one.change !== null);
  // Equal moves keep the order of the alphabet, so that rows do not jump.
  all.sort((a, b) => b.change! - a.change! || (a.symbol < b.symbol ? -1 : 1));
  return (
    <Panel title="Movers" id="movers" note={`since the day’s open, of ${all.length} symbols`}>
      <div class="pair">
        <List title="Up most" rows={all.slice(0, shown)} />
        <List title="Down most" rows={all.slice(-shown).reverse()} />
      </div>
    </Panel>
  );
}
