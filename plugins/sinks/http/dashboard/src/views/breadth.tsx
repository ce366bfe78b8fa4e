import type { Table } from "../feed";
import { count, direction, percent, price } from "../format";
import { Lines } from "../charts";
import { useContext } from "preact/hooks";
import { Panel, Universe, Wired, feed, standing, useChosen, useFeed } from "../page";
import { movers } from "./movers";

function Tile(props: { name: string; value: string; mood?: "up" | "down" | "flat" }) {
  return (
    <div class="tile">
      <dt>{props.name}</dt>
      <dd class={props.mood ?? "flat"}>{props.value}</dd>
    </div>
  );
}

/** Without the node that computes breadth, what the bars themselves tell. */
function FromBars(props: { bars: Table }) {
  const all = movers(props.bars);
  const up = all.filter((mover) => (mover.change ?? 0) > 0).length;
  const down = all.filter((mover) => (mover.change ?? 0) < 0).length;
  return (
    <>
      <p class="empty">
        Not wired in: no input of the http sink is called <code>breadth</code>. Counted from the bars, since the day’s open:
      </p>
      <dl class="tiles">
        <Tile name="Advancing" value={count(up)} mood="up" />
        <Tile name="Declining" value={count(down)} mood="down" />
        <Tile name="Unchanged" value={count(all.length - up - down)} />
        <Tile name="Net" value={count(up - down)} mood={direction(up - down)} />
      </dl>
    </>
  );
}

function History(props: { table: Table; columns: string[]; label: string }) {
  const universe = useContext(Universe);
  const all = [...props.table.series.values()];
  const series = all.find((rows) => props.table.text(rows[rows.length - 1], "universe") === universe) ?? all[0] ?? [];
  const time = props.table.status.columns?.find((c) => c.event_time)?.name ?? "";
  const columns = props.columns.filter((name) => props.table.has(name));
  if (columns.length === 0 || series.length < 2) return null;
  const values = [
    series.map((row) => Date.parse(props.table.text(row, time)) / 1_000),
    ...columns.map((name) => series.map((row) => props.table.number(row, name))),
  ];
  return <Lines names={columns} values={values} label={props.label} />;
}

/** Of the inputs `breadth_hl` and `breadth_ma`, where they are wired in. */
function Extremes() {
  const chosen = useChosen();
  const table = feed.tables.get("breadth_hl");
  const row = table && chosen(table)[0];
  return table && row ? (
    <>
      <Tile name="New highs" value={count(table.number(row, "new_high"))} mood="up" />
      <Tile name="New lows" value={count(table.number(row, "new_low"))} mood="down" />
    </>
  ) : null;
}

function Averages() {
  const chosen = useChosen();
  const table = feed.tables.get("breadth_ma");
  return (
    <>
      {table && chosen(table).map((row) => <Tile name={`Above ${table.text(row, "average")}`} value={percent(table.number(row, "pct_above"))} />)}
    </>
  );
}

export function Breadth() {
  useFeed(250);
  const chosen = useChosen();
  const breadth = feed.tables.get("breadth");
  const bars = feed.tables.get("bars");
  return (
    <Panel title="Breadth" id="breadth" note={breadth && standing(breadth)}>
      {!breadth && bars ? (
        <FromBars bars={bars} />
      ) : (
        <Wired table="breadth">
          {(table) => {
            const row = chosen(table)[0];
            const n = (column: string) => table.number(row, column);
            return (
              <>
                <dl class="tiles">
                  <Tile name="Advancing" value={count(n("adv"))} mood="up" />
                  <Tile name="Declining" value={count(n("dec"))} mood="down" />
                  <Tile name="Unchanged" value={count(n("unch"))} />
                  <Tile name="Net" value={count(n("net_adv"))} mood={direction(n("net_adv"))} />
                  <Tile name="TRIN" value={price(n("trin"))} />
                  <Extremes />
                  <Averages />
                </dl>
                <History table={table} columns={["net_adv"]} label="Advancing minus declining over time" />
              </>
            );
          }}
        </Wired>
      )}
    </Panel>
  );
}
